import type { Command } from 'commander';
import { predicateTypeOf } from '../attestation/predicate-type.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { verifyFile, type VerifiedFile } from '../workflows/verify-file.ts';
import type { Call, CommandResult } from './action.ts';
import { explaining, renderExplanation } from './explain-trust.ts';
import { noteRepository } from './note-repository.ts';
import { renderSigners, renderTrust } from './print-trust.ts';
import { refuseStray, SIGNER_FLAGS } from './refuse-stray.ts';
import type { TrustFlags } from './shared-options.ts';
import { trustOf } from './trust-of.ts';

export interface FileFlags extends TrustFlags {
  readonly bundle?: string;
  readonly attestation?: string;
  readonly as?: string;
  readonly explain?: true;
}

/** `verify FILE --bundle IN`: a file in place of a reference. */
export function addFileOptions(command: Command): void {
  command
    .option(
      '--bundle <file>',
      'judge a file by this bundle, of cosign 2 or 3; the argument is its path',
    )
    .option(
      '--attestation <type>',
      'the attestation of this type counts: slsaprovenance1, spdxjson, cyclonedx, … or a URI',
    );
}

/**
 * Says who signed a file.
 * @throws KongcrateError USAGE, and as the workflow does
 */
export async function judgeFile(
  [file, ...others]: readonly string[],
  flags: FileFlags,
  call: Call,
): Promise<CommandResult> {
  if (file === undefined || others.length > 0)
    throw new KongcrateError('USAGE', '--bundle takes one file', {
      remedy: 'Name the file that was signed.',
    });
  refuseStray(flags, KNOWN, 'a file');
  const { bundle = '', attestation, as } = flags;
  noteRepository(as, call);
  const asked = attestation === undefined ? {} : { attestation: predicateTypeOf(attestation) };
  const options = { ...(await trustOf(flags, call.context)), bundle, as, ...asked };
  if (!flags.explain) return render(file, asked, await verifyFile(file, options));
  const { result, explanation } = await explaining(
    (told) => verifyFile(file, { ...options, ...told }),
    call,
  );
  const { text, json } = render(file, asked, result);
  const lines = [text, ...renderExplanation(explanation)];
  return { text: lines.join('\n'), json: { ...json, explanation } };
}

function render(
  file: string,
  asked: Pick<FileFlags, 'attestation'>,
  { digest, repository, signers }: VerifiedFile,
): CommandResult {
  const trust = { kind: 'signed', signers } as const;
  const named = repository === undefined ? {} : { repository };
  const lines = [
    renderTrust(trust),
    `file: ${file}`,
    `digest: ${digest}`,
    ...(repository === undefined ? [] : [`repository: ${repository}`]),
    ...renderSigners(signers),
  ];
  return { text: lines.join('\n'), json: { file, digest, ...named, trust, ...asked } };
}

const KNOWN: readonly string[] = [
  ...['bundle', 'attestation', 'as', 'explain', 'policy', 'config'],
  ...SIGNER_FLAGS,
];
