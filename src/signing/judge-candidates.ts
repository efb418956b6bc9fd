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

/**
 * Judges candidates as they come, each by itself: one that is refused never hides one that is good.
 * @param isEnough asked after each one that is accepted; true ends the search
 */
export async function judgeCandidates(
  candidates: AsyncIterable<SignatureCandidate>,
  demand: SignatureDemand,
  isEnough: (accepted: readonly AcceptedSignature[]) => boolean,
): Promise<Judgement> {
  const accepted: AcceptedSignature[] = [];
  const rejected: SignatureProblem[] = [];
  for await (const candidate of candidates) {
    try {
      accepted.push(verifyCandidate(candidate, demand));
    } catch (error) {
      // Whatever is thrown here, a library's TypeError too, means that this one does not count.
      rejected.push({ source: candidate.source, error });
      continue;
    }
    if (isEnough(accepted)) break;
  }
  return { accepted, rejected };
}
