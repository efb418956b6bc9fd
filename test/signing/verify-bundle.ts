import { pinReference } from '../../src/content/pin-reference.ts';
import type { VerifiedSigner } from '../../src/content/verified-subject.ts';
import { digestOf, type Digest } from '../../src/reference/digest.ts';
import { createSignatureVerifier } from '../../src/signing/create-signature-verifier.ts';
import type { SignaturePolicy } from '../../src/signing/verifier-policy.ts';
import { FileStore, snapshotOfFile } from '../../src/workflows/file-store.ts';

export interface BundledFile {
  /** What the file is called in messages. */
  readonly name: string;
  readonly file: Uint8Array;
  readonly bundle: Uint8Array;
  /** The predicate type of an in-toto statement about the file, in place of a signature. */
  readonly attestation?: string;
}

/** Judges a file in memory by the bundle beside it. */
export async function verifyBundle(
  { name, file, bundle, attestation }: BundledFile,
  policy: SignaturePolicy,
): Promise<{ readonly digest: Digest; readonly signers: readonly VerifiedSigner[] }> {
  const asked = attestation === undefined ? {} : { attestation };
  const verifier = createSignatureVerifier({ ...policy, ...asked });
  const digest = digestOf(file);
  const store = new FileStore(snapshotOfFile(file, bundle), digest);
  const reference = { repository: 'localhost/file', digest, file: name };
  const { trust } = await verifier.verify(await pinReference(store, reference), store);
  return { digest, signers: trust.kind === 'signed' ? trust.signers : [] };
}
