import type { IdentifiedSignature } from './identified-signature.ts';
import type { SignatureCandidate, SignatureProblem } from './signature-candidate.ts';

/** What was made of all candidates. */
export interface Judgement<Candidate extends SignatureCandidate = SignatureCandidate> {
  /** Signatures that count for a demand at least. */
  readonly accepted: readonly IdentifiedSignature<Candidate>[];
  readonly rejected: readonly SignatureProblem[];
}
