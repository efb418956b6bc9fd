import { digestOf, type Digest } from '../reference/digest.ts';
import type { VerifiedSigner } from '../content/verified-subject.ts';
import { MAX_BUNDLES } from './find-signatures.ts';
import { checkPolicy } from './check-policy.ts';
import { baseContext, type SignaturePolicy } from './create-signature-verifier.ts';
import { decideSignatures } from './decision/decide-signatures.ts';
import { judgeCandidates } from './judge-candidates.ts';
import { readBundle } from './read-bundle.ts';
import type { SignatureCandidate } from './signature-candidate.ts';
import { SIGN_PREDICATE_TYPE } from './statement.ts';

/** A file, and what vouches for it. */
export interface BundledFile {
  /** What the file is called in messages. */
  readonly name: string;
  readonly file: Uint8Array;
  readonly bundle: Uint8Array;
  /** The predicate type of an in-toto statement about the file, in place of a signature. */
  readonly attestation?: string | undefined;
}

export interface VerifiedFile {
  /** sha256 of the file: the subject of the signature. */
  readonly digest: Digest;
  readonly signers: readonly VerifiedSigner[];
}

/**
 * Verifies a bundle beside a file, such as `cosign sign-blob` and `cosign attest-blob` write it.
 * @throws KongcrateError CONTENT_INVALID, SIGNATURE_MISMATCH, CERTIFICATE_MISMATCH, TRUST_MISSING,
 *   TRUSTED_ROOT_INVALID, USAGE
 */
export async function verifyBundle(
  { name, file, bundle, attestation = SIGN_PREDICATE_TYPE }: BundledFile,
  policy: SignaturePolicy,
): Promise<VerifiedFile> {
  checkPolicy(policy, MAX_BUNDLES);
  const base = baseContext(policy);
  if (policy.trustedRoot !== undefined) await base.loadTrustRoot();
  const digest = digestOf(file);
  const candidate: SignatureCandidate = {
    format: 'bundle',
    source: 'the bundle',
    ...readBundle(bundle, file),
  };
  const judged = await judgeCandidates([candidate], {
    ...base,
    digest,
    predicateType: attestation,
    stopOnceSigned: false,
  });
  const findings = { problems: [], unread: [] };
  const { demands } = policy;
  const found = { ...judged, findings };
  const decision = decideSignatures({ subject: name, demands, mayBeUnsigned: false, found });
  if (!decision.allowed) throw decision.refusal;
  return { digest, signers: decision.trust.kind === 'signed' ? decision.trust.signers : [] };
}
