import type { VerifiedSigner } from '../content/verified-subject.ts';
import { explainRefusal } from './explain-refusal.ts';
import { countSigners, groupSigners } from './group-signers.ts';
import type { IdentifiedSignature } from './identified-signature.ts';
import { meeting } from './judge-candidates.ts';
import type { Judgement } from './judgement.ts';
import { whyNotEnough } from './meets-demand.ts';
import type { SignatureProblem, UnreadableSignatures } from './signature-candidate.ts';
import type { TrustDemand } from './signer-demand.ts';

interface Decision extends Judgement {
  /** What is decided about, for messages. */
  readonly subject: string;
  readonly findings: UnreadableSignatures;
  /** The repository that was searched, where it is not the subject's own. */
  readonly place?: string | undefined;
  readonly demands: readonly TrustDemand[];
}

/**
 * The decision: whether enough distinct signers vouch for a subject, for every demand.
 * @returns all who count
 * @throws KongcrateError NO_SIGNATURE, SIGNATURE_MISMATCH, CERTIFICATE_MISMATCH, and what a store
 *   threw where signatures were looked for
 */
export function demandSigners({
  demands,
  accepted,
  ...found
}: Decision): readonly VerifiedSigner[] {
  for (const demand of demands) {
    const acceptedSigners = countSigners(meeting(demand, accepted));
    const { threshold } = demand;
    if (acceptedSigners >= threshold) continue;
    const rejected = [...found.rejected, ...failing(demand, accepted)];
    const takesKeys = demand.signers.some(({ kind }) => kind === 'key');
    throw explainRefusal({ ...found, rejected, acceptedSigners, threshold, takesKeys });
  }
  return groupSigners(accepted);
}

/** Signatures that count for another demand only: without them it would be called unsigned. */
function failing(
  demand: TrustDemand,
  accepted: readonly IdentifiedSignature[],
): readonly SignatureProblem[] {
  return accepted.flatMap((signature) => {
    const error = whyNotEnough(signature, demand);
    return error ? [{ source: signature.candidate.source, error }] : [];
  });
}
