import { signFile } from '../workflows/sign-file.ts';
import type { Call, CommandResult } from './action.ts';
import { refuseStray } from './refuse-stray.ts';
import { lazyPartyOf, type SignFlags } from './sign-options.ts';

/**
 * `sign FILE --bundle OUT`: a file in place of a reference.
 * @throws KongcrateError USAGE, and as the workflow does
 */
export async function signFileOf(
  file: string,
  flags: SignFlags & { readonly bundle?: string },
  call: Call,
): Promise<CommandResult> {
  refuseStray(flags, KNOWN, 'a file');
  const { bundle = '' } = flags;
  const signed = await signFile(file, {
    ...(await lazyPartyOf(flags, call)),
    bundle,
    signal: call.context.signal,
  });
  return { text: bundle, json: { file, ...signed } };
}

const KNOWN: readonly string[] = [
  ...['bundle', 'key', 'allowUnencryptedKey', 'yes', 'tlog', 'tlogUpload', 'signingConfig'],
  ...['fulcioUrl', 'rekorUrl', 'timestampServerUrl', 'trustedRoot'],
  ...['oidcToken', 'fulcioAuthFlow', 'oidcIssuer', 'oidcClientId'],
  ...['retries', 'timeout', 'caFile'],
  ...['json', 'quiet', 'verbose', 'progress'],
];
