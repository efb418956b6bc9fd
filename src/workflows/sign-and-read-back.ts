import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { ContentStore } from '../content/content-store.ts';
import type {
  PinnedReference,
  SignatureFormat,
  VerifiedSubject,
} from '../content/verified-subject.ts';
import type { Digest } from '../reference/digest.ts';
import { createKeyVerifier } from '../signing/create-key-verifier.ts';
import { signSubject, type SignOptions } from '../signing/sign-subject.ts';

export interface WrittenSignature {
  readonly format: SignatureFormat;
  /** `present`: the same key had signed the same claims already; nothing was written. */
  readonly state: 'added' | 'present';
  /** The manifest that holds the signature. */
  readonly digest: Digest;
}

/**
 * Signs, then reads the signatures back and verifies them: a store may lose an update without
 * saying so, and two signers at once can overwrite one another.
 * @throws KongcrateError SIGNATURE_MISMATCH, and what the store refuses
 */
export async function signAndReadBack(
  store: ContentStore,
  subject: PinnedReference,
  options: SignOptions,
): Promise<readonly WrittenSignature[]> {
  const written = await signSubject(store, subject, options);
  const verifier = createKeyVerifier({ keys: [options.signer.identity], threshold: 1 });
  const { descriptor, repository } = subject;
  requireFormats(await verifier.verify({ descriptor, repository }, store, options), options.format);
  return written.map(({ format, state, descriptor: { digest } }) => ({ format, state, digest }));
}

function requireFormats({ trust }: VerifiedSubject, format: SignOptions['format']): void {
  const signer = trust.kind === 'keys' ? trust.signers[0] : undefined;
  const wanted: readonly SignatureFormat[] = format === 'both' ? ['legacy', 'bundle'] : [format];
  const missing = wanted.filter((one) => signer?.formats.includes(one) !== true);
  if (missing.length === 0) return;
  throw new KongcrateError(
    'SIGNATURE_MISMATCH',
    `the ${missing.join(' and ')} signature was written and cannot be read back`,
    { remedy: 'Run the command again: somebody else may have signed at the same moment.' },
  );
}
