import type { CertificateIdentity } from '../content/verified-subject.ts';
import type { PublicKey } from './public-key.ts';
import type { SignatureCandidate } from './signature-candidate.ts';
import type { SignedClaims } from './signed-claims.ts';

/** What the proofs of a signature are worth under a trusted root. */
export interface CheckedProofs {
  /** Whether an entry of a known log holds. */
  readonly isLogged: boolean;
  /** Whether entries of unknown logs came along and were set aside. */
  readonly hasForeignEntries: boolean;
  /** Whether a timestamp of a known authority holds. */
  readonly isStamped: boolean;
  /** When logs and authorities saw the signature. */
  readonly times: readonly Date[];
}

/** Who made a signature. */
export type SignatureMaker =
  | { readonly kind: 'key'; readonly key: PublicKey }
  | ({ readonly kind: 'certificate' } & CertificateIdentity);

/** A signature that holds, of whomever. */
export interface IdentifiedSignature<
  Candidate extends SignatureCandidate = SignatureCandidate,
> extends CheckedProofs {
  readonly candidate: Candidate;
  readonly maker: SignatureMaker;
  readonly claims: SignedClaims;
}
