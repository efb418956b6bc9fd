import { ISSUER, OLD_DAYS, SUBJECT, type SignedPlugins } from './signed-plugins.ts';

/** A policy, and what it makes of an artifact that a workflow and a key have signed. */
export interface PolicyRow {
  readonly what: string;
  /** The only rule, but for `match`. */
  readonly rule: string;
  /** What is revoked, as a mapping of YAML. */
  readonly revoked?: (signed: SignedPlugins) => string;
  /** The one that was signed long ago. */
  readonly isOld?: true;
  /** Run by every test run, and not by the soak alone. */
  readonly isAlways?: true;
  /** The exit status. */
  readonly status: number | ((signed: SignedPlugins) => number);
}

const KEY = 'keys: [cosign.pub]';
const identity = (...fields: readonly string[]): string =>
  ['identities:', ...fields.map((field, index) => `  ${index === 0 ? '-' : ' '} ${field}`)].join(
    '\n',
  );
const CI = identity(`issuer: ${ISSUER}`, `subject: ${SUBJECT}`);
const workflow = (claims: string): string => `${CI}\n    workflow: { ${claims} }`;
const BOTH = `${KEY}\n${CI}`;
const old = (days: number, rule: string): string => `${rule}\nmaximumSignatureAgeDays: ${days}`;
const expression = (subject: string): string =>
  identity(`issuer: ${ISSUER}`, `subjectRegExp: ${subject}`);
const RELEASES = 'https://github\\.com/acme/[^/]+/\\.github/workflows/release\\.yml@refs/heads/.+';

export const POLICY_ROWS: readonly PolicyRow[] = [
  { what: 'the identity, exactly', rule: CI, isAlways: true, status: 0 },
  {
    what: 'another subject',
    rule: CI.replace('@refs/heads/main', '@refs/heads/mai'),
    isAlways: true,
    status: 13,
  },
  { what: 'the subject in another case', rule: CI.replace('acme', 'Acme'), status: 13 },
  { what: 'another issuer', rule: CI.replace(ISSUER, `${ISSUER}/`), status: 13 },
  { what: 'an expression', rule: expression(RELEASES), status: 0 },
  {
    what: 'an expression for its beginning',
    rule: expression(RELEASES.slice(0, -2)),
    isAlways: true,
    status: 13,
  },
  {
    what: 'an expression for the issuer',
    rule: identity('issuerRegExp: https://token\\..+', `subject: ${SUBJECT}`),
    status: 0,
  },
  {
    what: 'an expression for another issuer',
    rule: identity('issuerRegExp: https://gitlab\\..+', `subject: ${SUBJECT}`),
    status: 13,
  },
  {
    what: 'every claim of the workflow',
    rule: workflow(
      `trigger: push, repository: acme/kong-plugins, ref: refs/heads/main, name: release, sha: ${'a'.repeat(40)}`,
    ),
    isAlways: true,
    status: 0,
  },
  {
    what: 'another trigger',
    rule: workflow('trigger: workflow_dispatch'),
    isAlways: true,
    status: 13,
  },
  {
    what: 'another repository of the workflow',
    rule: workflow('repository: acme/kong'),
    status: 13,
  },
  { what: 'another ref', rule: workflow('ref: refs/tags/v1'), status: 13 },
  { what: 'another commit', rule: workflow(`sha: ${'b'.repeat(40)}`), status: 13 },
  { what: 'the key', rule: KEY, status: 0 },
  { what: 'key and identity, both', rule: `${BOTH}\nthreshold: 2`, isAlways: true, status: 0 },
  {
    what: 'two keys or identities, and one of them',
    rule: `${KEY}\n${CI.replace('acme', 'other')}\nthreshold: 2`,
    isAlways: true,
    status: 12,
  },
  {
    what: 'a revoked subject',
    rule: CI,
    revoked: () => `identities: [{ subject: "${SUBJECT}" }]`,
    isAlways: true,
    status: 12,
  },
  {
    what: 'a revoked issuer',
    rule: CI,
    revoked: () => `identities: [{ issuer: "${ISSUER}" }]`,
    status: 12,
  },
  {
    what: 'a revoked identity beside a key',
    rule: BOTH,
    revoked: () => `identities: [{ subject: "${SUBJECT}" }]`,
    status: 0,
  },
  {
    what: 'a revoked identity, and two are wanted',
    rule: `${BOTH}\nthreshold: 2`,
    revoked: () => `identities: [{ subject: "${SUBJECT}" }]`,
    status: 12,
  },
  { what: 'a revoked key', rule: KEY, revoked: () => 'keys: [cosign.pub]', status: 12 },
  {
    what: 'a revoked key beside an identity',
    rule: BOTH,
    revoked: () => 'keys: [cosign.pub]',
    isAlways: true,
    status: 0,
  },
  {
    what: 'a revoked digest',
    rule: BOTH,
    revoked: ({ now }) => `digests: ["${now.digest}"]`,
    status: 12,
  },
  {
    what: 'the digest of another one revoked',
    rule: BOTH,
    revoked: (signed) => `digests: ["${signed.old.digest}"]`,
    status: 0,
  },
  { what: 'a log, for the identity', rule: `${CI}\nlog: required`, status: 0 },
  {
    what: 'a log, for the key that has none',
    rule: `${KEY}\nlog: required`,
    isAlways: true,
    status: 12,
  },
  {
    what: 'a log, and the timestamp of a key',
    rule: `${KEY}\nlog: required`,
    isOld: true,
    status: 12,
  },
  { what: 'a name, signed with the key', rule: `${KEY}\nrepository: strict`, status: 0 },
  // A legacy payload names the repository by itself, a bundle of cosign's only where it is told to.
  {
    what: 'a name, signed by the workflow',
    rule: `${CI}\nrepository: strict`,
    isAlways: true,
    status: ({ identityBy }) => (identityBy === 2 ? 0 : 12),
  },
  {
    what: 'an age, by the log',
    rule: old(OLD_DAYS + 1, CI),
    isOld: true,
    isAlways: true,
    status: 0,
  },
  { what: 'too old, by the log', rule: old(OLD_DAYS - 1, CI), isOld: true, status: 12 },
  { what: 'an age, by the timestamp', rule: old(OLD_DAYS + 1, KEY), isOld: true, status: 0 },
  {
    what: 'too old, by the timestamp',
    rule: old(OLD_DAYS - 1, KEY),
    isOld: true,
    isAlways: true,
    status: 12,
  },
  { what: 'an age of today', rule: old(1, CI), status: 0 },
  { what: 'an age, where nothing says when', rule: old(365, KEY), status: 12 },
  { what: 'signed names', rule: `${CI}\nsignedNames: required`, status: 0 },
  { what: 'no signature, where there are two', rule: 'unsigned: allow', status: 12 },
];
