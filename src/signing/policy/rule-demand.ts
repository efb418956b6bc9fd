import type { KongcrateError } from '../../errors/kongcrate-error.ts';
import { REPOSITORY_ANNOTATION } from '../../reference/media-types.ts';
import type { IdentifiedSignature } from '../identified-signature.ts';
import { refusedSignature } from '../signed-claims.ts';
import type { TrustDemand } from '../signer-demand.ts';
import { fits } from '../text-demand.ts';
import { canonicalRepository } from './canonical-repository.ts';
import type { Revoked, TrustRule } from './trust-policy.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** What the command line adds to the rules of a policy: it narrows and never widens. */
export interface Narrowing extends Partial<Pick<TrustDemand, 'threshold' | 'annotations'>> {
  /** `--allow-downgrade` was given. */
  readonly allowDowngrade?: boolean;
}

/** What signatures are held against beside the rule itself. */
export interface RuleContext {
  readonly revoked: Revoked;
  /** In its canonical spelling. */
  readonly repository: string;
  readonly now: Date;
  readonly narrowing: Narrowing;
}

/** What a rule demands of signatures; the larger threshold counts, and annotations are added. */
export function ruleDemand(rule: TrustRule, context: RuleContext): TrustDemand {
  const { annotations = {}, threshold = 1 } = context.narrowing;
  return {
    signers: rule.signers,
    threshold: Math.max(rule.threshold, threshold),
    log: rule.log,
    annotations,
    refuses: (signature) =>
      refuseRevoked(signature, [context.revoked]) ??
      refuseForeignName(signature, rule, context) ??
      refuseOld(signature, rule, context),
  };
}

/** Whether a rule lets through what nobody signed; what flags demand of signatures needs one. */
export function mayBeUnsigned(
  { unsigned }: TrustRule,
  { threshold, annotations }: Narrowing,
): boolean {
  return unsigned === 'allow' && threshold === undefined && annotations === undefined;
}

/** A demand that no revoked signer meets, whoever makes it. */
export function withoutRevoked(demand: TrustDemand, lists: readonly Revoked[]): TrustDemand {
  return {
    ...demand,
    refuses: (signature) => refuseRevoked(signature, lists) ?? demand.refuses?.(signature),
  };
}

function refuseRevoked(
  { maker }: IdentifiedSignature,
  lists: readonly Revoked[],
): KongcrateError | undefined {
  const isRevoked = lists.some(({ keyIds, identities }) =>
    maker.kind === 'key'
      ? keyIds.has(maker.key.keyId)
      : identities.some(
          ({ issuer, identity }) =>
            (!issuer || fits(issuer, maker.issuer)) && (!identity || fits(identity, maker.subject)),
        ),
  );
  return isRevoked ? refusedSignature('its signer is revoked') : undefined;
}

/** A bundle has the name in an annotation, a legacy payload and an attestation in a field. */
function refuseForeignName(
  { candidate, claims }: IdentifiedSignature,
  rule: TrustRule,
  { repository }: RuleContext,
): KongcrateError | undefined {
  const { signedReference, annotations } = claims;
  const name =
    candidate.content === 'payload'
      ? signedReference
      : (annotations[REPOSITORY_ANNOTATION] ?? signedReference);
  if (rule.repository === undefined || canonicalRepository(name ?? '') === repository)
    return undefined;
  return refusedSignature(
    name === undefined
      ? 'it does not sign the name of a repository'
      : `it signs the name ${JSON.stringify(name)}, not ${repository}`,
  );
}

function refuseOld(
  { times }: IdentifiedSignature,
  { maximumSignatureAgeDays }: TrustRule,
  { now }: RuleContext,
): KongcrateError | undefined {
  if (maximumSignatureAgeDays === undefined) return undefined;
  if (times.length === 0) return refusedSignature('no log and no timestamp says when it was made');
  // A later time only shows that it still existed.
  const oldest = Math.min(...times.map((time) => time.getTime()));
  // Written so that a time that is none (NaN) is too old.
  if (now.getTime() - oldest <= maximumSignatureAgeDays * DAY_MS) return undefined;
  return refusedSignature(`it is older than ${maximumSignatureAgeDays} days`);
}
