import type { SignatureCandidate, SignatureProblem } from './signature-candidate.ts';
import {
  verifyCandidate,
  type AcceptedSignature,
  type SignatureDemand,
} from './verify-candidate.ts';

export interface Judgement {
  readonly accepted: readonly AcceptedSignature[];
  readonly rejected: readonly SignatureProblem[];
}

/** Judges every candidate by itself: one that is refused never hides one that is good. */
export function judgeCandidates(
  candidates: readonly SignatureCandidate[],
  demand: SignatureDemand,
): Judgement {
  const accepted: AcceptedSignature[] = [];
  const rejected: SignatureProblem[] = [];
  for (const candidate of candidates)
    try {
      accepted.push(verifyCandidate(candidate, demand));
    } catch (error) {
      // Whatever is thrown here, a library's TypeError too, means that this one does not count.
      rejected.push({ source: candidate.source, error });
    }
  return { accepted, rejected };
}
