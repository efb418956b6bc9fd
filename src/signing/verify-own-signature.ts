import type { Digest } from '../reference/digest.ts';
import { findKey, readClaims } from './identify-signature.ts';
import { demandAnnotations } from './meets-demand.ts';
import type { PublicKey } from './public-key.ts';
import type { SignatureCandidate } from './signature-candidate.ts';
import { refusedSignature } from './signed-claims.ts';
import { SIGN_PREDICATE_TYPE } from './statement.ts';

/** What a signature of one's own must be about and say. */
export interface OwnSignature {
  readonly digest: Digest;
  readonly key: PublicKey;
  readonly annotations: Readonly<Record<string, string>>;
}

/**
 * Demands that a signature is one that this key made of this subject. Whether it stands in a log is
 * not asked: whoever signs knows the key.
 * @throws KongcrateError SIGNATURE_MISMATCH with the reason
 */
export function verifyOwnSignature(
  candidate: SignatureCandidate,
  { digest, key, annotations }: OwnSignature,
): void {
  if (!findKey(candidate, [key])) throw refusedSignature('another key made this signature');
  const claims = readClaims(candidate, { digest, predicateType: SIGN_PREDICATE_TYPE });
  demandAnnotations(claims, annotations);
}
