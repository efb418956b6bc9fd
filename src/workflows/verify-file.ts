import { pinReference } from '../content/pin-reference.ts';
import type { VerifiedSigner } from '../content/verified-subject.ts';
import { digestOf, type Digest } from '../reference/digest.ts';
import { parseRepositoryName } from '../reference/reference.ts';
import { MAX_BUNDLE_BYTES } from '../signing/read-file-subject.ts';
import { createVerifier, type TrustOptions } from './create-verifier.ts';
import { demandRepository } from './demand-repository.ts';
import { FileStore, snapshotOfFile } from './file-store.ts';
import { localRepository } from './open-store.ts';
import { readSourceFile } from './read-source-file.ts';

export interface VerifyFileOptions extends Omit<
  TrustOptions,
  'expectedName' | 'maxBundles' | 'stopOnceSigned'
> {
  /** The path of the sigstore bundle that vouches for the file, or of cosign 2's. */
  readonly bundle: string;
  /** The predicate type of an in-toto statement about the file, in place of a signature. */
  readonly attestation?: string;
  /** The logical repository that policies judge; without policies it says nothing. */
  readonly as?: string | undefined;
}

export interface VerifiedFile {
  /** sha256 of the file: the subject of the signature. */
  readonly digest: Digest;
  /** The one that was given, in full. */
  readonly repository?: string;
  readonly signers: readonly VerifiedSigner[];
}

/**
 * Verifies who signed a file, offline. What is in the file is not looked at.
 * @throws KongcrateError SOURCE_UNREADABLE, CONTENT_INVALID, SIGNATURE_MISMATCH,
 *   CERTIFICATE_MISMATCH, POLICY_REFUSED, TRUST_MISSING, TRUSTED_ROOT_INVALID, USAGE
 */
export async function verifyFile(path: string, options: VerifyFileOptions): Promise<VerifiedFile> {
  const { as } = options;
  demandRepository(path, options);
  const verifier = createVerifier(options);
  const file = readSourceFile(path);
  const digest = digestOf(file);
  const bundle = readSourceFile(options.bundle, MAX_BUNDLE_BYTES);
  const store = new FileStore(snapshotOfFile(file, bundle), digest);
  const named = as === undefined ? {} : { repository: parseRepositoryName(as) };
  const reference = { repository: localRepository('file'), ...named, digest, file: path };
  const { trust } = await verifier.verify(await pinReference(store, reference), store);
  return { digest, ...named, signers: trust.kind === 'signed' ? trust.signers : [] };
}
