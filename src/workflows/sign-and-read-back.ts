import type { CallOptions, ContentStore } from '../content/content-store.ts';
import type { PinnedReference, SignatureFormat } from '../content/verified-subject.ts';
import type { Digest } from '../reference/digest.ts';
import { readBack } from '../signing/read-back.ts';
import {
  prepareSignatures,
  writeSignatures,
  type PreparedSignatures,
  type SignedArtifact,
  type SignOptions,
} from '../signing/sign-subject.ts';

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
 * @throws KongcrateError SIGNATURE_MISMATCH, CERTIFICATE_MISMATCH, TAG_EXISTS, and what witnesses and
 *   store refuse
 */
export async function signAndReadBack(
  store: ContentStore,
  subject: PinnedReference,
  options: SignOptions,
): Promise<readonly WrittenSignature[]> {
  const prepared = await prepareSignatures(store, subject, options);
  return writeAndReadBack(store, subject, { ...options, prepared });
}

/** The second half of it, for signatures that were made before there was anything to sign. */
export async function writeAndReadBack(
  store: ContentStore,
  subject: PinnedReference,
  options: CallOptions & SignOptions & { readonly prepared: PreparedSignatures },
): Promise<readonly WrittenSignature[]> {
  const written = await writeSignatures(store, options.prepared, options);
  await readBack(store, subject, { ...options, written });
  return written.map(toWritten);
}

export function toWritten({
  format,
  state,
  descriptor: { digest },
}: SignedArtifact): WrittenSignature {
  return { format, state, digest };
}
