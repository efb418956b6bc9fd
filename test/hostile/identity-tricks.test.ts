import { describe, expect, it } from 'vitest';
import { identityOf, type CertificateFlags } from '../../src/cli/certificate-options.ts';
import { parseTrustPolicy } from '../../src/signing/policy/parse-trust-policy.ts';
import { createVerifier, type TrustOptions } from '../../src/workflows/create-verifier.ts';
import { ISSUER, makeBundle, makeRoot, SUBJECT, type KeylessSpec } from '../signing/keyless.ts';
import { policyText } from '../signing/policy/support.ts';
import { pushBundle, statementFor, storeWithSubject } from '../signing/support.ts';
import { expectError } from '../support/expect-error.ts';

const ISSUER_V2 = '1.3.6.1.4.1.57264.1.8';
const ISSUER_V1 = '1.3.6.1.4.1.57264.1.1';
const MAIL = 'release@acme.example';
const USER = 'release!acme.example';
const trustedRoot = JSON.stringify(makeRoot());

const escaped = (text: string): string => text.replaceAll(/[.+?()[\]\\]/g, String.raw`\$&`);

async function byFlags(flags: CertificateFlags): Promise<TrustOptions> {
  const identity = await identityOf(flags);
  return { identities: identity ? [identity] : [], trustedRoot };
}

async function byPolicy(...lines: readonly string[]): Promise<TrustOptions> {
  const rule = ['match: registry.example/acme/my-plugin', 'identities:', ...lines].join('\n');
  const text = Buffer.from(`${policyText(rule)}  trustedRoot: root.json\n`);
  const source = { file: 'policy.yaml', readFile: () => trustedRoot };
  return { policies: [await parseTrustPolicy(text, source)] };
}

/** Who is demanded, by flags and by a policy, as a text and as an expression that takes only it. */
async function demandsOf(subject: string): Promise<readonly (readonly [string, TrustOptions])[]> {
  const [identity, issuer] = [escaped(subject), escaped(ISSUER)];
  const exact = { certificateIdentity: subject, certificateOidcIssuer: ISSUER };
  const fitting = { certificateIdentityRegexp: identity, certificateOidcIssuerRegexp: issuer };
  return [
    ['flags', await byFlags(exact)],
    ['flags with expressions', await byFlags(fitting)],
    ['policy', await byPolicy(`  - subject: '${subject}'`, `    issuer: '${ISSUER}'`)],
    [
      'policy with expressions',
      await byPolicy(`  - subjectRegExp: '${identity}'`, `    issuerRegExp: '${issuer}'`),
    ],
  ];
}

/** Judges one certificate by every demand for the subject. */
async function expectAll(subject: string, spec: KeylessSpec, says?: string): Promise<void> {
  const place = await storeWithSubject();
  const statement = statementFor(place.subject.descriptor.digest);
  await pushBundle(place, makeBundle({ ...spec, statement }).toString());
  for (const [how, trust] of await demandsOf(subject)) {
    const verify = () => createVerifier(trust).verify(place.subject, place.store);
    if (says === undefined) {
      const signers = [{ kind: 'certificate', subject, issuer: ISSUER }];
      expect((await verify()).trust, how).toMatchObject({ signers });
      continue;
    }
    const error = await expectError(verify, 'CERTIFICATE_MISMATCH');
    expect(error.exitCode, how).toBe(13);
    expect(error.message, how).toContain(says);
  }
}

const uri = (value: string): KeylessSpec => ({ names: [{ kind: 'uri', value }] });
const issuedBy = (value: string, oid = ISSUER_V2, legacy = false): KeylessSpec => ({
  extensions: [{ oid, value, legacy }],
});
const issuers = (v1: string, v2: string): KeylessSpec => ({
  extensions: [
    { oid: ISSUER_V1, value: v1, legacy: true },
    { oid: ISSUER_V2, value: v2 },
  ],
});

const OTHER = 'it was made by';
const SHAPE = 'is no URI';

describe('S7: certificates that name nearly whom is demanded', () => {
  it.each<[string, KeylessSpec]>([
    ['exactly', uri(SUBJECT)],
    ['with the issuer as old certificates have it', issuedBy(ISSUER, ISSUER_V1, true)],
    ['with the issuer in both forms', issuers(ISSUER, ISSUER)],
    ['whatever the subject says besides', { subject: 'somebody else' }],
  ])('honest: %s', async (_what, spec) => {
    await expectAll(SUBJECT, spec);
  });

  it.each<[string, KeylessSpec, string]>([
    ['a suffix', uri(`${SUBJECT}-evil`), OTHER],
    ['a prefix', uri(`https://evil.example/?${SUBJECT}`), OTHER],
    ['less', uri(SUBJECT.slice(0, -1)), OTHER],
    ['another letter for a dot', uri(SUBJECT.replace('github.com', 'githubXcom')), OTHER],
    ['another case', uri(SUBJECT.replace('acme', 'Acme')), OTHER],
    ['the host in another case', uri(SUBJECT.replace('github', 'GitHub')), OTHER],
    ['punycode', uri(SUBJECT.replace('github.com', 'xn--gthub-cta.com')), OTHER],
    ['percent encoding', uri(SUBJECT.replace('acme', '%61cme')), OTHER],
    ['a trailing slash', uri(`${SUBJECT}/`), OTHER],
    ['a fragment', uri(`${SUBJECT}#`), OTHER],
    ['a Cyrillic letter', uri(SUBJECT.replace('acme', 'аcme')), SHAPE],
    ['a zero-width space', uri(SUBJECT.replace('acme', 'ac\u200bme')), SHAPE],
    ['a right-to-left override', uri(`${SUBJECT}\u202e`), SHAPE],
    ['a fullwidth slash', uri(SUBJECT.replace('/acme', '／acme')), SHAPE],
    ['a byte order mark', uri(`\ufeff${SUBJECT}`), SHAPE],
    ['a blank before it', uri(` ${SUBJECT}`), SHAPE],
    ['a blank behind it', uri(`${SUBJECT} `), SHAPE],
    ['a NUL behind it', uri(`${SUBJECT}\0`), 'no printable text'],
    ['a NUL and more', uri(`${SUBJECT}\0.evil.example`), 'no printable text'],
    ['a line end', uri(`${SUBJECT}\n`), 'no printable text'],
    ['nothing', uri(''), SHAPE],
    ['no scheme', uri(SUBJECT.replace('https:', '')), SHAPE],
  ])('the URI with %s', async (_what, spec, says) => {
    await expectAll(SUBJECT, spec, says);
  });

  const second = { kind: 'uri', value: 'https://evil.example' } as const;
  const first = { kind: 'uri', value: SUBJECT } as const;
  it.each<[string, KeylessSpec, string]>([
    ['no name', { names: [] }, '0 names'],
    ['no name but its subject', { names: [], subject: SUBJECT }, '0 names'],
    ['two names', { names: [first, second] }, '2 names'],
    ['two names, the demanded one last', { names: [second, first] }, '2 names'],
    ['the same name twice', { names: [first, first] }, '2 names'],
    ['a URI and an address', { names: [first, { kind: 'mail', value: MAIL }] }, '2 names'],
    ['an address of that text', { names: [{ ...first, kind: 'mail' }] }, 'no e-mail address'],
    ['a user of that text', { names: [{ ...first, kind: 'username' }] }, 'no user name'],
    ['a host of that text', { names: [{ ...first, kind: 'host' }] }, SHAPE],
    ['a distinguished name', { names: [{ ...first, kind: 'distinguished name' }] }, SHAPE],
    ['another kind of name', { names: [{ ...first, kind: 'other' }] }, SHAPE],
  ])('%s', async (_what, spec, says) => {
    await expectAll(SUBJECT, spec, says);
  });
});

describe('S7: names of people', () => {
  const kinds = ['mail', 'username', 'uri', 'host', 'other'] as const;
  it.each([
    ['mail', MAIL],
    ['username', USER],
  ] as const)('%s %s counts as one, and as nothing else', async (honest, value) => {
    for (const kind of kinds)
      await expectAll(value, { names: [{ kind, value }] }, kind === honest ? undefined : ' is no ');
  });

  it.each([
    ['mail', MAIL.toUpperCase(), OTHER],
    ['mail', `x${MAIL}`, OTHER],
    ['mail', `"Release" <${MAIL}>`, 'no e-mail address'],
    ['mail', MAIL.replace('acme', 'аcme'), 'no e-mail address'],
    ['username', `x${USER}`, OTHER],
    ['username', USER.replace('!', '@'), 'no user name'],
  ] as const)('%s %j is somebody else', async (kind, value, says) => {
    await expectAll(kind === 'mail' ? MAIL : USER, { names: [{ kind, value }] }, says);
  });
});

describe('S7: issuers', () => {
  const string = String.fromCharCode(0x0c, ISSUER.length) + ISSUER;
  const octets = String.fromCharCode(0x04, ISSUER.length) + ISSUER;
  it.each<[string, KeylessSpec, string]>([
    ['none', { extensions: [] }, 'who issued it'],
    ['an empty one', issuedBy(''), 'who issued it'],
    ['an empty one in the old form', issuedBy('', ISSUER_V1, true), 'who issued it'],
    ['a suffix', issuedBy(`${ISSUER}.evil.example`), OTHER],
    ['a trailing slash', issuedBy(`${ISSUER}/`), OTHER],
    ['another case', issuedBy(ISSUER.replace('token', 'Token')), OTHER],
    ['a Cyrillic letter', issuedBy(ISSUER.replace('token', 'tоken')), OTHER],
    ['a zero-width joiner', issuedBy(ISSUER.replace('token', 'to\u200dken')), OTHER],
    ['bytes with a high bit', issuedBy(ISSUER.replace('token', 'tokeî')), OTHER],
    ['a line end', issuedBy(`${ISSUER}\n`), 'no printable text'],
    ['a NUL', issuedBy(`${ISSUER}\0`), 'no printable text'],
    ['the new form another than the old', issuers(ISSUER, 'https://evil.example'), 'two issuers'],
    ['the old form another than the new', issuers('https://evil.example', ISSUER), 'two issuers'],
    ['the old form empty', issuers('', ISSUER), 'two issuers'],
    ['bytes behind the new form', issuedBy(`${string}x`, ISSUER_V2, true), 'no UTF8String'],
    ['the old form where the new one belongs', issuedBy(ISSUER, ISSUER_V2, true), 'no UTF8String'],
    ['octets in the new form', issuedBy(octets, ISSUER_V2, true), 'no UTF8String'],
  ])('%s', async (_what, spec, says) => {
    await expectAll(SUBJECT, spec, says);
  });
});

describe('S7: demands that anybody would meet', () => {
  const both = { certificateIdentity: SUBJECT, certificateOidcIssuer: ISSUER };
  it.each([
    ['an empty identity', { ...both, certificateIdentity: '' }],
    ['an empty issuer', { ...both, certificateOidcIssuer: '' }],
    ['an empty expression', { certificateIdentityRegexp: '', certificateOidcIssuer: ISSUER }],
    ['no issuer', { certificateIdentity: SUBJECT }],
    ['no identity', { certificateOidcIssuer: ISSUER }],
  ])('%s: flags', async (_what, flags) => {
    await expectError(() => identityOf(flags), 'USAGE');
  });

  it.each([
    ['an empty identity', `  - subject: ''\n    issuer: ${ISSUER}`],
    ['an empty issuer', `  - subject: ${SUBJECT}\n    issuer: ''`],
    ['an expression for the empty text', `  - subjectRegExp: '.*'\n    issuer: ${ISSUER}`],
    ['no issuer', `  - subject: ${SUBJECT}`],
    ['no identity', `  - issuer: ${ISSUER}`],
  ])('%s: policy', async (_what, identities) => {
    const text = policyText(`match: a.example/b\nidentities:\n${identities}`);
    const source = { file: 'policy.yaml', readFile: () => '' };
    await expectError(() => parseTrustPolicy(Buffer.from(text), source), 'POLICY_INVALID');
  });
});
