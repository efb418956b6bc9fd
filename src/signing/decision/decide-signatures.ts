import type { TrustBasis } from '../../content/verified-subject.ts';
import { explainRefusal, refuseAnySignature } from '../explain-refusal.ts';
import { countSigners, groupSigners } from '../group-signers.ts';
import type { IdentifiedSignature } from '../identified-signature.ts';
import { meeting } from '../judge-candidates.ts';
import { whyNotEnough } from '../meets-demand.ts';
import type { SignatureProblem } from '../signature-candidate.ts';
import type { TrustDemand } from '../signer-demand.ts';
import type { FoundSignatures } from './trust-question.ts';

export interface SignatureQuestion {
  /** What is signed, for messages. */
  readonly subject: string;
  readonly demands: readonly TrustDemand[];
  /** Whether it passes where every place says that nobody signed it. */
  readonly mayBeUnsigned: boolean;
  readonly found: FoundSignatures;
}

export type SignatureDecision =
  | { readonly allowed: true; readonly trust: TrustBasis }
  /** NO_SIGNATURE, SIGNATURE_MISMATCH, CERTIFICATE_MISMATCH, or what a store threw. */
  | { readonly allowed: false; readonly refusal: unknown };

/** Decides whether enough distinct signers vouch for a subject, for every demand. */
export function decideSignatures(question: SignatureQuestion): SignatureDecision {
  const { subject, demands, mayBeUnsigned, found } = question;
  const { accepted } = found;
  if (mayBeUnsigned && isCleanNone(found)) return { allowed: true, trust: { kind: 'unsigned' } };
  if (demands.every(({ signers }) => signers.length === 0)) return refuse(nobodyNamed(question));
  for (const demand of demands) {
    const acceptedSigners = countSigners(meeting(demand, accepted));
    const { threshold } = demand;
    if (acceptedSigners >= threshold) continue;
    const rejected = [...found.rejected, ...failing(demand, accepted)];
    const takesKeys = demand.signers.some(({ kind }) => kind === 'key');
    const counts = { acceptedSigners, threshold, takesKeys };
    return refuse(explainRefusal({ ...found, subject, rejected, ...counts }));
  }
  const where = found.place === undefined ? {} : { signatureRepository: found.place };
  return { allowed: true, trust: { kind: 'signed', signers: groupSigners(accepted), ...where } };
}

/** Whether every place answered that there is no signature. */
export function isCleanNone({ accepted, rejected, findings }: FoundSignatures): boolean {
  const all = [accepted, rejected, findings.problems, findings.unread];
  return all.every(({ length }) => length === 0);
}

function refuse(refusal: unknown): SignatureDecision {
  return { allowed: false, refusal };
}

/** Where nobody can sign, whatever looks like a signature refuses, damaged or not. */
function nobodyNamed({ subject, found }: SignatureQuestion): unknown {
  const nobody = { acceptedSigners: 0, threshold: 1, takesKeys: true };
  return isCleanNone(found)
    ? explainRefusal({ ...found, subject, ...nobody })
    : refuseAnySignature(found.rejected, found.findings);
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
