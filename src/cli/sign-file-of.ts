import { signFile } from '../workflows/sign-file.ts';
import type { Call, CommandResult } from './action.ts';
import { openSigner } from './open-signer.ts';
import { refuseStray } from './refuse-stray.ts';
import type { SignFlags } from './shared-options.ts';

/**
 * `sign FILE --bundle OUT`: a file in place of a reference.
 * @throws KongcrateError USAGE, and as the workflow does
 */
export async function signFileOf(
  file: string,
  flags: SignFlags & { readonly bundle?: string },
  { context }: Call,
): Promise<CommandResult> {
  refuseStray(flags, KNOWN, 'a file');
  const { key, allowUnencryptedKey, bundle = '' } = flags;
  const signed = await signFile(file, {
    bundle,
    signer: () => openSigner(key, { context, allowUnencryptedKey }),
  });
  return { text: bundle, json: { file, ...signed } };
}

const KNOWN: readonly string[] = [
  ...['bundle', 'key', 'allowUnencryptedKey', 'yes', 'tlogUpload'],
  ...['json', 'quiet', 'verbose', 'progress'],
];
