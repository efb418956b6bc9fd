import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { TrustPolicy } from '../signing/policy/trust-policy.ts';

/**
 * Refuses a file before policies that nobody told which repository it counts as: a file has no name
 * that a rule could go by, and the one on the disk is chosen by whoever put it there.
 * @throws KongcrateError USAGE
 */
export function demandRepository(
  path: string,
  {
    as,
    policies: [policy] = [],
  }: { readonly as?: string | undefined; readonly policies?: readonly TrustPolicy[] },
): void {
  if (!policy || as !== undefined) return;
  throw new KongcrateError(
    'USAGE',
    `${policy.file} has rules for repositories, and ${path} names none`,
    { remedy: 'Give the repository that it is from with --as REGISTRY/REPOSITORY.' },
  );
}
