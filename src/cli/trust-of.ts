import type { TrustOptions } from '../workflows/create-verifier.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { readTrustedRoot } from '../workflows/trust-root/read-trusted-root.ts';
import { identityOf, type CertificateFlags } from './certificate-options.ts';
import type { Context } from './context.ts';
import { policiesOf } from './policy-options.ts';
import { readTrustedKeys } from './read-trusted-keys.ts';
import type { TrustFlags } from './shared-options.ts';

/**
 * Reads the files that the trust flags name and turns the flags into a workflow's options.
 * @throws KongcrateError USAGE, KEY_INVALID, SOURCE_UNREADABLE, POLICY_INVALID, and what a program
 *   that keeps a key does wrong
 */
export async function trustOf(flags: TrustFlags, context: Context): Promise<TrustOptions> {
  const { threshold, annotation, plugin, maxSignatures, trustedRoot } = flags;
  const names = flags.key ?? [];
  const identity = await identityOf(flags);
  if (identity && names.length > 0)
    throw usage(
      '--key and --certificate-identity are both given',
      'Give one of them: a signature is by a key or by an identity.',
    );
  return {
    keys: await readTrustedKeys(names, { context, timeout: flags.timeout }),
    policies: await policiesOf(flags),
    ...(identity ? { identities: [identity] } : {}),
    ...logOf(flags, identity !== undefined),
    ...(trustedRoot === undefined ? {} : { trustedRoot: readTrustedRoot(trustedRoot) }),
    ...(threshold === undefined ? {} : { threshold }),
    ...(annotation === undefined ? {} : { annotations: annotation }),
    ...(plugin === undefined ? {} : { expectedName: plugin }),
    ...(maxSignatures === undefined ? {} : { maxBundles: maxSignatures }),
  };
}

/** `--insecure-ignore-tlog` as cosign reads it, which takes a value too. */
function logOf(
  { insecureIgnoreTlog }: CertificateFlags,
  hasIdentity: boolean,
): Pick<TrustOptions, 'log'> {
  if (insecureIgnoreTlog === undefined) return {};
  if (!hasIdentity)
    throw usage(
      '--insecure-ignore-tlog says nothing about keys',
      'Signatures by keys need no log: leave it out.',
    );
  if (insecureIgnoreTlog === 'false') return {};
  if (insecureIgnoreTlog === true || insecureIgnoreTlog === 'true') return { log: 'waived' };
  throw usage(
    `--insecure-ignore-tlog ${insecureIgnoreTlog} is neither true nor false`,
    'Leave the value out.',
  );
}

function usage(message: string, remedy: string): KongcrateError {
  return new KongcrateError('USAGE', message, { remedy });
}
