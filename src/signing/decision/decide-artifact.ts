import type { Digest } from '../../reference/digest.ts';
import { PLUGIN_NAME_ANNOTATION, PLUGIN_VERSION_ANNOTATION } from '../../reference/media-types.ts';
import { decide, type PolicyDecision } from '../policy/decide.ts';
import { findRule } from '../policy/find-rule.ts';
import { nameRules, refuseByPolicy } from '../policy/policy-refused.ts';
import { mayBeUnsigned } from '../policy/rule-demand.ts';
import { isCleanNone, decideSignatures, type SignatureDecision } from './decide-signatures.ts';
import { demandsOf } from './demands-of.ts';
import { refuseClaims } from './refuse-claims.ts';
import type { ArtifactQuestion, Asked, FoundSignatures, TrustDecision } from './trust-question.ts';

/**
 * Decides whether an artifact may be here, as far as the facts go: first what no signature can make
 * good, such as what is revoked, then its signatures, then what it says of itself, and at last
 * everything else that policies say.
 */
export function decideArtifact(question: ArtifactQuestion): TrustDecision {
  const { asked, reference, found, plugin } = question;
  const digests = digestsOf(question);
  const policies = decidePolicies(question, digests);
  const refuse = (refusal: unknown): TrustDecision => ({ allowed: false, policies, refusal });
  const outright = policies.filter(
    ({ rule }, index) =>
      rule === undefined ||
      digests.some((one) => asked.policies?.[index]?.revoked.digests.has(one)),
  );
  if (outright.length > 0) return refuse(refuseByPolicy(outright, reference));
  if (!found) return { allowed: true, policies };
  const signed = judgeSignatures(question, found);
  if (!signed.allowed) return refuse(nameRules(signed.refusal, policies));
  if (!plugin) return { allowed: true, policies };
  const mismatch = refuseClaims(plugin.manifest, question);
  if (mismatch) return refuse(mismatch);
  const refused = policies.filter(({ allowed }) => !allowed);
  if (refused.length > 0) return refuse(refuseByPolicy(refused, reference));
  return { allowed: true, policies, trust: signed.trust };
}

/** Of the subject, and of manifest and layers as soon as they are known. */
function digestsOf({ reference, plugin }: ArtifactQuestion): readonly Digest[] {
  const { digest } = reference.descriptor;
  if (!plugin) return [digest];
  return [digest, plugin.digest, ...plugin.manifest.layers.map((layer) => layer.digest)];
}

function decidePolicies(
  { asked: { policies = [], narrowing = {} }, reference, now, found, plugin }: ArtifactQuestion,
  digests: readonly Digest[],
): readonly PolicyDecision[] {
  const { annotations = {} } = plugin?.manifest ?? {};
  const facts = {
    repository: reference.repository,
    digests,
    signatures: found?.accepted,
    isUnsigned: found !== undefined && isCleanNone(found),
    name: annotations[PLUGIN_NAME_ANNOTATION],
    version: annotations[PLUGIN_VERSION_ANNOTATION],
    isManifestRead: plugin !== undefined,
    now,
  };
  return policies.map((policy) => decide(policy, facts, narrowing));
}

function judgeSignatures(question: ArtifactQuestion, found: FoundSignatures): SignatureDecision {
  const { reference } = question;
  return decideSignatures({
    subject: reference.file ?? `${reference.repository}@${reference.descriptor.digest}`,
    demands: demandsOf(question),
    mayBeUnsigned: mayPassUnsigned(question),
    found,
  });
}

/** Whether it passes where nobody signed it. What is demanded of signatures beside it needs one. */
export function mayPassUnsigned({ asked, reference }: ArtifactQuestion): boolean {
  return asked.demands.length === 0 && allowsUnsigned(asked, reference.repository);
}

function allowsUnsigned(asked: Asked, repository: string): boolean {
  const { policies = [], narrowing = {}, allowsUnsigned: isAllowed = false } = asked;
  if (policies.length === 0) return isAllowed;
  return policies.every((policy) => {
    const { decides } = findRule(policy, repository);
    return decides !== undefined && mayBeUnsigned(decides, narrowing);
  });
}
