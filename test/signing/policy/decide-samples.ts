import type { TrustFacts } from '../../../src/signing/policy/decide.ts';
import type { IdentifiedSignature } from '../../../src/signing/identified-signature.ts';
import type { Narrowing } from '../../../src/signing/policy/rule-demand.ts';
import { acme, NOW, partner, RELEASE, signedBy } from './support.ts';

export const ACME = 'match: registry.example/acme/*\nkeys: [acme.pub]';
export const BOTH = 'match: registry.example/acme/*\nkeys: [acme.pub, partner.pub]';
const BY_ISSUER: readonly string[] = [
  'match: registry.example/acme/*',
  'identities:',
  `  - issuer: ${RELEASE.issuer}`,
];
export const CI: string = [...BY_ISSUER, `    subject: ${RELEASE.subject}`].join('\n');
export const CI_RELEASES: string = [
  ...BY_ISSUER,
  '    subjectRegExp: https://github\\.com/acme/[^/]+/\\.github/workflows/release\\.yml@refs/tags/.+',
].join('\n');
export const UNSIGNED = 'match: registry.example/acme/*\nunsigned: allow';

export const byAcme: IdentifiedSignature = signedBy(acme);
export const byPartner: IdentifiedSignature = signedBy(partner);
export const byCi: IdentifiedSignature = signedBy(RELEASE, { isLogged: true, times: [NOW] });
export const days = (count: number): Date => new Date(NOW.getTime() - count * 86_400_000);
export const aged = (...times: readonly Date[]): IdentifiedSignature => signedBy(acme, { times });
export const named = (format: 'legacy' | 'bundle', name: string): IdentifiedSignature =>
  signedBy(acme, {
    format,
    claims:
      format === 'legacy'
        ? { signedReference: name, annotations: {} }
        : { annotations: { 'dev.kongcrate.repository': name } },
  });
export const ciAs = (changes: Partial<typeof RELEASE>): IdentifiedSignature =>
  signedBy({ ...RELEASE, ...changes }, { isLogged: true, times: [NOW] });

/** A rule and what it has to judge. */
export type Row = [
  what: string,
  rule: string,
  signatures: readonly IdentifiedSignature[],
  rest?: { facts?: Partial<TrustFacts>; flags?: Narrowing },
];
