import { signerIdOf } from '../../content/signer-id.ts';
import type { Digest } from '../../reference/digest.ts';
import { countSigners } from '../group-signers.ts';
import type { IdentifiedSignature, SignatureMaker } from '../identified-signature.ts';
import { meeting } from '../judge-candidates.ts';
import { whyNotEnough } from '../meets-demand.ts';
import type { TrustDemand } from '../signer-demand.ts';
import { findRule, type PassedOver, type RuleName } from './find-rule.ts';
import { mayBeUnsigned, ruleDemand, type Narrowing } from './rule-demand.ts';
import type { TrustPolicy, TrustRule } from './trust-policy.ts';

/** What is known about an artifact when the policy is asked. */
export interface TrustFacts {
  /** The logical name, never a mirror's. */
  readonly repository: string;
  /** Of subject, manifest and layer. */
  readonly digests: readonly Digest[];
  /** Signatures of this very subject that hold, each by itself; undefined until they are looked for. */
  readonly signatures: readonly IdentifiedSignature[] | undefined;
  /** Every place where signatures could be answered that there is none. */
  readonly isUnsigned: boolean;
  /** Name and version of the plugin, where they are signed. */
  readonly name?: string | undefined;
  readonly version?: string | undefined;
  /** `false` until the manifest that would name them was read. */
  readonly isManifestRead?: boolean;
  readonly now: Date;
}

/** What the rule that decides makes of one signature. */
export interface JudgedSignature {
  /** Where it was found. */
  readonly source: string;
  /** What tells signers apart: `sha256:…` of a key, or issuer and subject. */
  readonly signer: string;
  /** Why it does not count; it counts without. */
  readonly reason?: string;
}

/** What a policy says about an artifact, and why: data that can be printed as JSON. */
export interface PolicyDecision {
  readonly allowed: boolean;
  /** The file. */
  readonly policy: string;
  /** The rule that decides. */
  readonly rule?: RuleName;
  /** The rules before it, or all where none matches. */
  readonly passedOver: readonly PassedOver[];
  readonly signatures: readonly JudgedSignature[];
  /** Why it is refused; empty when it is allowed. */
  readonly reasons: readonly string[];
}

/**
 * Decides whether a policy allows an artifact. What is revoked is refused first; then the first rule
 * that matches the repository decides alone.
 */
export function decide(
  policy: TrustPolicy,
  facts: TrustFacts,
  narrowing: Narrowing = {},
): PolicyDecision {
  const { revoked } = policy;
  const { signatures, digests, now } = facts;
  const { decides, repository, ...found } = findRule(policy, facts.repository);
  const demand = decides && ruleDemand(decides, { revoked, repository, now, narrowing });
  const reasons = [
    ...digests.filter((one) => revoked.digests.has(one)).map((one) => `${one} is revoked`),
    ...(decides && demand
      ? [
          ...explainSigners(decides, facts, { demand, narrowing }),
          ...explainRest(decides, facts, narrowing),
        ]
      : [`no rule is about ${facts.repository}`]),
  ];
  return {
    allowed: reasons.length === 0,
    policy: policy.file,
    ...found,
    signatures: (signatures ?? []).map((signature) => judge(signature, demand)),
    reasons,
  };
}

function judge(signature: IdentifiedSignature, demand: TrustDemand | undefined): JudgedSignature {
  const { maker, candidate } = signature;
  const judged = { source: candidate.source, signer: makerIdOf(maker) };
  if (!demand) return { ...judged, reason: 'no rule is about this repository' };
  const reason = whyNotEnough(signature, demand)?.message;
  return reason === undefined ? judged : { ...judged, reason };
}

interface Demanded {
  readonly demand: TrustDemand;
  readonly narrowing: Narrowing;
}

function explainSigners(
  rule: TrustRule,
  { signatures, isUnsigned }: TrustFacts,
  { demand, narrowing }: Demanded,
): string[] {
  if (!signatures) return [];
  const counted = countSigners(meeting(demand, signatures));
  const isNone = isUnsigned && signatures.length === 0;
  const passes = counted >= demand.threshold || (isNone && mayBeUnsigned(rule, narrowing));
  return passes ? [] : [`${counted} signers count, and ${demand.threshold} must have signed`];
}

function explainRest(
  { signedNames, downgrade }: TrustRule,
  { name, version, isManifestRead = true }: TrustFacts,
  { allowDowngrade = false }: Narrowing,
): string[] {
  const lacksNames = isManifestRead && (name === undefined || version === undefined);
  return [
    ...(signedNames === 'required' && lacksNames ? ['name and version are not signed'] : []),
    ...(downgrade === 'forbid' && allowDowngrade ? ['the rule forbids --allow-downgrade'] : []),
  ];
}

function makerIdOf(maker: SignatureMaker): string {
  return signerIdOf(maker.kind === 'key' ? { kind: 'key', keyId: maker.key.keyId } : maker);
}
