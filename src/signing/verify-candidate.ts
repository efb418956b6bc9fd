import type { Digest } from '../reference/digest.ts';
import type { PublicKey } from './public-key.ts';
import type { SignatureCandidate } from './signature-candidate.ts';
import { signatureHolds } from './signature-holds.ts';
import { refusedSignature, type SignedClaims } from './signed-claims.ts';
import { readSimpleSigning } from './simple-signing.ts';
import { readStatement } from './statement.ts';

/** What a signature must be and say to count. */
export interface SignatureDemand {
  readonly digest: Digest;
  readonly keys: readonly PublicKey[];
  /** Signed annotations that must be there with exactly these values (`-a k=v`). */
  readonly annotations: Readonly<Record<string, string>>;
}

/** A signature that counts. */
export interface AcceptedSignature {
  readonly candidate: SignatureCandidate;
  readonly key: PublicKey;
  readonly claims: SignedClaims;
}

/**
 * Judges one candidate: first whose signature it is, over the bytes as stored, and only then what
 * these bytes say (cosign issue 542: a signature of another digest is no signature of this one).
 * @throws KongcrateError SIGNATURE_MISMATCH with the reason
 */
export function verifyCandidate(
  candidate: SignatureCandidate,
  { digest, keys, annotations }: SignatureDemand,
): AcceptedSignature {
  // cosign 3 refuses a certificate with --key as well: such a bundle is verified by identity.
  if (candidate.material !== 'key')
    throw refusedSignature('it was made with a certificate, not with a key');
  const { signedBytes, signature } = candidate;
  const key = keys.find((one) => signatureHolds(signedBytes, signature, one));
  if (!key) throw refusedSignature('no trusted key made this signature over these bytes');
  const claims =
    candidate.format === 'legacy'
      ? readSimpleSigning(candidate.payload, digest)
      : readStatement(candidate.payload, digest);
  demandAnnotations(claims, annotations);
  return { candidate, key, claims };
}

function demandAnnotations(
  { annotations }: SignedClaims,
  demanded: Readonly<Record<string, string>>,
): void {
  for (const [name, value] of Object.entries(demanded)) {
    const signed = annotations[name];
    if (signed === value) continue;
    throw refusedSignature(
      signed === undefined
        ? `it signs no annotation ${name}`
        : `it signs the annotation ${name} as ${JSON.stringify(signed)}, not ${JSON.stringify(value)}`,
    );
  }
}
