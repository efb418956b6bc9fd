import { decideArtifact } from './decide-artifact.ts';
import { refuseReplacement } from './refuse-replacement.ts';
import type { TrustDecision, TrustQuestion } from './trust-question.ts';

/**
 * The one place where it is decided whether an artifact may be here, and replace what is here. It
 * computes only: every fact comes with the question.
 */
export function decideTrust({ artifact, replacement }: TrustQuestion): TrustDecision {
  const decision = artifact ? decideArtifact(artifact) : ({ allowed: true, policies: [] } as const);
  const refusal = decision.allowed && replacement ? refuseReplacement(replacement) : undefined;
  return refusal ? { allowed: false, policies: decision.policies, refusal } : decision;
}

/**
 * Goes on only with what is allowed.
 * @throws the refusal
 */
export function obey(decision: TrustDecision): Extract<TrustDecision, { readonly allowed: true }> {
  if (!decision.allowed) throw decision.refusal;
  return decision;
}
