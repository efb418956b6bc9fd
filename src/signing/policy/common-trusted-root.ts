import { KongcrateError } from '../../errors/kongcrate-error.ts';
import type { TrustPolicy } from './trust-policy.ts';

/**
 * The trusted root of policies that have to agree. A certificate that only one of them would accept
 * must not pass because of the other one.
 * @returns its JSON; undefined for the public-good one
 * @throws KongcrateError USAGE when they differ
 */
export function commonTrustedRoot(policies: readonly TrustPolicy[]): string | undefined {
  const [first, ...others] = policies;
  const other = others.find(({ trustedRoot }) => trustedRoot !== first?.trustedRoot);
  if (!first || !other) return first?.trustedRoot;
  throw new KongcrateError(
    'USAGE',
    `${first.file} and ${other.file} do not name the same trusted root`,
    { remedy: 'Give both policies the same trustedRoot, or neither of them one.' },
  );
}
