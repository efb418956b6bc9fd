import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { Asked } from './decision/trust-question.ts';
import type { SignerDemand, TrustDemand } from './signer-demand.ts';

/**
 * Refuses what anything or nothing could satisfy.
 * @throws KongcrateError TRUST_MISSING, USAGE
 */
export function checkPolicy(
  { policies = [], demands, allowsUnsigned = false }: Asked,
  maxBundles: number,
): void {
  const isSomebodyAsked = policies.length > 0 || allowsUnsigned || demands.length > 0;
  if (!isSomebodyAsked || demands.some(({ signers }) => signers.length === 0))
    throw new KongcrateError('TRUST_MISSING', 'nobody is named whose signatures would be trusted', {
      remedy:
        'Give the public key of the publisher with --key cosign.pub, or --certificate-identity and --certificate-oidc-issuer.',
    });
  checkThresholds(demands);
  if (!Number.isSafeInteger(maxBundles) || maxBundles < 1)
    throw new KongcrateError('USAGE', `${maxBundles} is no limit for the signatures to read`, {
      remedy: 'Give --max-signatures a whole number from 1.',
    });
}

/**
 * Refuses more signers than there can be. Where nobody is named it is the unsigned that may pass.
 * @throws KongcrateError USAGE
 */
export function checkThresholds(demands: readonly TrustDemand[]): void {
  for (const { signers, threshold } of demands)
    if (signers.length > 0) checkThreshold(threshold, countPossible(signers));
}

function checkThreshold(threshold: number, most: number): void {
  if (Number.isSafeInteger(threshold) && threshold >= 1 && threshold <= most) return;
  const reach = Number.isFinite(most)
    ? `a number from 1 to ${most}, or more keys`
    : 'a number from 1';
  throw new KongcrateError('USAGE', `a threshold of ${threshold} for ${most} distinct signers`, {
    remedy: `Give --threshold ${reach}.`,
  });
}

/** How many distinct signers there can be; an expression may take any number. */
export function countPossible(signers: readonly SignerDemand[]): number {
  const ids = signers.map((signer) => {
    if (signer.kind === 'key') return signer.key.keyId;
    const { identity, issuer } = signer;
    if (identity.kind !== 'exact' || issuer.kind !== 'exact') return undefined;
    return JSON.stringify([issuer.text, identity.text]);
  });
  return ids.includes(undefined) ? Infinity : new Set(ids).size;
}
