import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { SignerDemand, TrustDemand } from './signer-demand.ts';
import type { SignaturePolicy } from './verifier-policy.ts';

/**
 * Refuses a policy that anything or nothing could satisfy.
 * @throws KongcrateError TRUST_MISSING, USAGE
 */
export function checkPolicy({ demands }: SignaturePolicy, maxBundles: number): void {
  if (demands.length === 0 || demands.some(({ signers }) => signers.length === 0))
    throw new KongcrateError('TRUST_MISSING', 'nobody is named whose signatures would be trusted', {
      remedy:
        'Give the public key of the publisher with --key cosign.pub, or --certificate-identity and --certificate-oidc-issuer.',
    });
  for (const demand of demands) checkThreshold(demand);
  if (!Number.isSafeInteger(maxBundles) || maxBundles < 1)
    throw new KongcrateError('USAGE', `${maxBundles} is no limit for the signatures to read`, {
      remedy: 'Give --max-signatures a whole number from 1.',
    });
}

function checkThreshold({ signers, threshold }: TrustDemand): void {
  const most = countPossible(signers);
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
