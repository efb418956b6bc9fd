import { findRule } from '../policy/find-rule.ts';
import { ruleDemand, withoutRevoked } from '../policy/rule-demand.ts';
import type { TrustDemand } from '../signer-demand.ts';
import type { ArtifactQuestion } from './trust-question.ts';

/**
 * What has to be met by the signatures of an artifact: the demands of the rules that decide about
 * its repository, and those of flags or receipt. No revoked signer meets any of them.
 */
export function demandsOf({
  asked: { policies = [], narrowing = {}, demands },
  reference,
  now,
}: ArtifactQuestion): readonly TrustDemand[] {
  const lists = policies.map(({ revoked }) => revoked);
  const rules = policies.flatMap((policy) => {
    const { decides, repository } = findRule(policy, reference.repository);
    const context = { revoked: policy.revoked, repository, now, narrowing };
    return decides ? [ruleDemand(decides, context)] : [];
  });
  return [...rules, ...demands].map((demand) => withoutRevoked(demand, lists));
}
