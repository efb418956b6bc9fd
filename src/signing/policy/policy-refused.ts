import type { PinnedReference } from '../../content/verified-subject.ts';
import { KongcrateError } from '../../errors/kongcrate-error.ts';
import type { PolicyDecision } from './decide.ts';
import { explainDecision } from './explain-decision.ts';

/**
 * The error where policies do not allow an artifact: POLICY_REFUSED with every reason.
 * @param refusals the decisions of those that refuse
 */
export function refuseByPolicy(
  refusals: readonly PolicyDecision[],
  { repository, descriptor }: PinnedReference,
): KongcrateError {
  const reasons = refusals.map((refusal) => `${placeOf(refusal)}: ${refusal.reasons.join('; ')}`);
  const subject = `${repository}@${descriptor.digest}`;
  return new KongcrateError(
    'POLICY_REFUSED',
    `${subject} is refused by ${reasons.join(', and by ')}`,
    {
      remedy: `See what the rules say with kongcrate verify --explain; who may sign stands in ${namesOf(refusals)}.`,
      details: { explanation: refusals.flatMap(explainDecision) },
    },
  );
}

/** Adds to a refusal of signatures which rules demanded them. Every other error stays as it is. */
export function nameRules(error: unknown, decisions: readonly PolicyDecision[]): unknown {
  if (decisions.length === 0) return error;
  if (!(error instanceof KongcrateError) || error.category !== 'trust') return error;
  const { code, message, details } = error;
  const rules = decisions.map(placeOf).join(' and ');
  const remedy = `Sign with a key or identity that ${rules} names, or change the policy.`;
  return new KongcrateError(code, `${message}\n(demanded by ${rules})`, {
    remedy,
    details: { ...details, explanation: decisions.flatMap(explainDecision) },
    cause: error,
  });
}

function placeOf({ policy, rule }: PolicyDecision): string {
  return rule ? `${policy}:${rule.line}` : policy;
}

function namesOf(decisions: readonly PolicyDecision[]): string {
  return decisions.map(({ policy }) => policy).join(' and ');
}
