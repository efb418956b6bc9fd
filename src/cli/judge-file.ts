import type { Command } from 'commander';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { verifyFile } from '../workflows/verify-file.ts';
import type { CommandResult } from './action.ts';
import type { Context } from './context.ts';
import { renderSigners, renderTrust } from './print-trust.ts';
import { refuseStray, SIGNER_FLAGS } from './refuse-stray.ts';
import type { TrustFlags } from './shared-options.ts';
import { trustOf } from './trust-of.ts';

export interface FileFlags extends TrustFlags {
  readonly bundle?: string;
  readonly attestation?: string;
}

/** `verify FILE --bundle IN`: a file in place of a reference. */
export function addFileOptions(command: Command): void {
  command
    .option('--bundle <file>', 'judge a file by this sigstore bundle; the argument is its path')
    .option('--attestation <type>', 'with --bundle: an in-toto statement of this type counts');
}

/**
 * Says who signed a file.
 * @throws KongcrateError USAGE, and as the workflow does
 */
export async function judgeFile(
  [file, ...others]: readonly string[],
  flags: FileFlags,
  context: Context,
): Promise<CommandResult> {
  if (file === undefined || others.length > 0)
    throw new KongcrateError('USAGE', '--bundle takes one file', {
      remedy: 'Name the file that was signed.',
    });
  refuseStray(flags, ['bundle', 'attestation', ...SIGNER_FLAGS], 'a file');
  const { bundle = '', attestation } = flags;
  const asked = attestation === undefined ? {} : { attestation };
  const trusted = await trustOf(flags, context);
  const { digest, signers } = await verifyFile(file, { ...trusted, bundle, ...asked });
  const trust = { kind: 'signed', signers } as const;
  const lines = [renderTrust(trust), `file: ${file}`, `digest: ${digest}`];
  return {
    text: [...lines, ...renderSigners(signers)].join('\n'),
    json: { file, digest, trust, ...asked },
  };
}
