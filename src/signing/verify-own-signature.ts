import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { Digest } from '../reference/digest.ts';
import { findKey, readClaims } from './identify-signature.ts';
import type { SigningParty } from './make-signature.ts';
import { demandAnnotations } from './meets-demand.ts';
import type { SignatureCandidate } from './signature-candidate.ts';
import { signatureHolds } from './signature-holds.ts';
import { refusedSignature } from './signed-claims.ts';
import type { Signer } from './signer.ts';
import { SIGN_PREDICATE_TYPE } from './statement.ts';
import { trustRootLoader } from './trust-root-loader.ts';

/** What a signature of one's own must be about and say. */
export interface OwnSignature {
  readonly digest: Digest;
  readonly signer: Signer;
  readonly annotations: Readonly<Record<string, string>>;
  /** Default that of a signature; an attestation's own. */
  readonly predicateType?: string;
}

/**
 * Demands that a signature is one that this signer made of this subject. Whether it stands in a log
 * is not asked: whoever signs knows the key.
 * @throws KongcrateError SIGNATURE_MISMATCH with the reason
 */
export function verifyOwnSignature(
  candidate: SignatureCandidate,
  { digest, signer, annotations, predicateType = SIGN_PREDICATE_TYPE }: OwnSignature,
): void {
  if (!isBy(candidate, signer)) throw refusedSignature('another key made this signature');
  const claims = readClaims(candidate, { digest, predicateType });
  demandAnnotations(claims, annotations);
}

/**
 * Demands the same of a signature that nobody has seen yet, and that whoever knows the trusted root
 * will find its certificate, its log entry and its timestamp good.
 * @throws KongcrateError SIGNATURE_MISMATCH, CERTIFICATE_MISMATCH
 */
export async function verifyNewSignature(
  candidate: SignatureCandidate,
  own: OwnSignature,
  { signer, trustedRoot }: SigningParty,
): Promise<void> {
  verifyOwnSignature(candidate, own);
  const { certificate, entries, timestamps } = candidate.proofs;
  if (!certificate && entries.length + timestamps.length === 0) return;
  const { checkCertificateProofs, checkKeyProofs } = await import('./check-proofs.ts');
  const root = await trustRootLoader(trustedRoot)();
  const { hasForeignEntries, isStamped } = certificate
    ? checkCertificateProofs(candidate, root, certificate)
    : checkKeyProofs(candidate, root, signer.identity);
  if (hasForeignEntries)
    throw refusedSignature('the trusted root does not know the log that wrote it down');
  if (timestamps.length > 0 && !isStamped)
    throw refusedSignature('the trusted root does not know the authority that stamped it');
}

/** Whether {@link verifyOwnSignature} finds nothing wrong. */
export function isOwnSignature(candidate: SignatureCandidate, own: OwnSignature): boolean {
  try {
    verifyOwnSignature(candidate, own);
    return true;
  } catch (error) {
    if (error instanceof KongcrateError && error.code === 'SIGNATURE_MISMATCH') return false;
    throw error;
  }
}

function isBy(candidate: SignatureCandidate, { identity, certificate }: Signer): boolean {
  if (!certificate) return findKey(candidate, [identity]) !== undefined;
  const { proofs, signedBytes, signature } = candidate;
  const isCertified =
    proofs.certificate !== undefined && Buffer.compare(proofs.certificate, certificate.leaf) === 0;
  return isCertified && signatureHolds(signedBytes, signature, identity);
}
