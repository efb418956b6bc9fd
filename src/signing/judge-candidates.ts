import { countSigners } from './group-signers.ts';
import type { IdentifiedSignature } from './identified-signature.ts';
import { identifySignature, type SignatureContext } from './identify-signature.ts';
import type { Judgement } from './judgement.ts';
import { isSigner, whyNotEnough } from './meets-demand.ts';
import type { SignatureCandidate, SignatureProblem } from './signature-candidate.ts';
import type { SignerDemand, TrustDemand } from './signer-demand.ts';

export interface JudgeOptions extends SignatureContext {
  /** All of them have to be met in the end. */
  readonly demands: readonly TrustDemand[];
  /** Reads no more once every demanded signer is seen to have signed. */
  readonly stopOnceSigned: boolean;
}

/**
 * Judges candidates as they come, each by itself: one that is refused never hides one that is good.
 */
export async function judgeCandidates<Candidate extends SignatureCandidate>(
  candidates: AsyncIterable<Candidate> | Iterable<Candidate>,
  options: JudgeOptions,
): Promise<Judgement<Candidate>> {
  const accepted: IdentifiedSignature<Candidate>[] = [];
  const rejected: SignatureProblem[] = [];
  for await (const candidate of candidates) {
    try {
      const signature = await identifySignature(candidate, options);
      demandUse(signature, options.demands);
      accepted.push(signature);
    } catch (error) {
      // Whatever is thrown here, a library's TypeError too, means that this one does not count.
      rejected.push({ source: candidate.source, error });
      continue;
    }
    if (options.stopOnceSigned && options.demands.every((one) => isExhausted(one, accepted))) break;
  }
  return { accepted, rejected };
}

/** Those that count for one demand. */
export function meeting(
  demand: TrustDemand,
  accepted: readonly IdentifiedSignature[],
): readonly IdentifiedSignature[] {
  return accepted.filter((signature) => whyNotEnough(signature, demand) === undefined);
}

function demandUse(signature: IdentifiedSignature, demands: readonly TrustDemand[]): void {
  const refusals = demands.map((demand) => whyNotEnough(signature, demand));
  const [first] = refusals;
  if (first && refusals.every((refusal) => refusal !== undefined)) throw first;
}

/** Whether nobody is left whom a demand waits for. */
function isExhausted(demand: TrustDemand, accepted: readonly IdentifiedSignature[]): boolean {
  const met = meeting(demand, accepted);
  const hasSigned = (one: SignerDemand): boolean => met.some(({ maker }) => isSigner(maker, one));
  return countSigners(met) >= demand.threshold && demand.signers.every(hasSigned);
}
