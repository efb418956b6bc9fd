import type { TrustedParty, TrustRootDescription } from './describe-trust-root.ts';

/** What a trusted root names, in the order in which it is shown. */
export const TRUST_ROOT_SECTIONS = [
  'certificateAuthorities',
  'certificateLogs',
  'transparencyLogs',
  'timestampAuthorities',
] as const;
export type TrustRootSection = (typeof TRUST_ROOT_SECTIONS)[number];

/** Somebody who is named in one of two roots only; other dates make another party. */
export interface TrustRootChange {
  readonly kind: 'added' | 'removed';
  readonly section: TrustRootSection;
  readonly party: TrustedParty;
}

/** What differs between two trusted roots; the order of what they name does not count. */
export function compareTrustRoots(
  before: TrustRootDescription,
  after: TrustRootDescription,
): readonly TrustRootChange[] {
  return TRUST_ROOT_SECTIONS.flatMap((section) => [
    ...missingIn(after[section], before[section]).map(
      (party) => ({ kind: 'removed', section, party }) as const,
    ),
    ...missingIn(before[section], after[section]).map(
      (party) => ({ kind: 'added', section, party }) as const,
    ),
  ]);
}

function missingIn(
  known: readonly TrustedParty[],
  parties: readonly TrustedParty[],
): readonly TrustedParty[] {
  const isSame = (one: TrustedParty, other: TrustedParty): boolean =>
    one.name === other.name &&
    one.sha256 === other.sha256 &&
    one.from === other.from &&
    one.until === other.until;
  return parties.filter((party) => !known.some((one) => isSame(one, party)));
}
