import type { ContentStore } from '../content/content-store.ts';
import type { SignatureFormat } from '../content/verified-subject.ts';
import { findUnanswered } from './explain-refusal.ts';
import { findAttestations } from './find-attestations.ts';
import { MAX_BUNDLES } from './find-signatures.ts';
import { inGoOrder } from './in-go-order.ts';
import type { AttestationRequest, AttestOptions } from './prepare-attestation.ts';
import { SignatureFindings } from './signature-findings.ts';
import type { PreparedSignatures } from './sign-subject.ts';
import { isOwnSignature } from './verify-own-signature.ts';
import { isWitnessed } from './witness.ts';

/**
 * Finds what the same key attested in the same words before, with all that the witnesses would say.
 * @throws what a store throws that does not answer
 */
export async function findOwnAttestations(
  store: ContentStore,
  { own, statement }: AttestationRequest,
  options: AttestOptions,
): Promise<PreparedSignatures> {
  const { format, signer, witnesses = [] } = options;
  // The key of a certificate is new each time.
  if (signer.certificate) return {};
  const findings = new SignatureFindings(options);
  const { digest: subject, predicateType: attestation } = own;
  const search = { ...options, store, subject, findings, attestation, maxBundles: MAX_BUNDLES };
  const there = new Map<SignatureFormat, PreparedSignatures[SignatureFormat]>();
  for await (const candidate of findAttestations(search))
    if (
      (format === 'both' || format === candidate.format) &&
      statement.equals(candidate.payload) &&
      isOwnSignature(candidate, own) &&
      isWitnessed(candidate.proofs, witnesses)
    )
      there.set(candidate.format, { present: inGoOrder(candidate.descriptor) });
  const unanswered = findUnanswered(findings);
  if (unanswered) throw unanswered.error;
  return Object.fromEntries(there);
}
