import { describe, expect, it } from 'vitest';
import { decide, type TrustFacts } from '../../../src/signing/policy/decide.ts';
import type { Narrowing } from '../../../src/signing/policy/rule-demand.ts';
import type { IdentifiedSignature } from '../../../src/signing/identified-signature.ts';
import { DIGEST, NOW, RELEASE, acme, factsOf, parsePolicy, parseRules } from './support.ts';
import { partner, policyText, REPOSITORY, signedBy } from './support.ts';

const ACME = 'match: registry.example/acme/*\nkeys: [acme.pub]';
const BOTH = 'match: registry.example/acme/*\nkeys: [acme.pub, partner.pub]';
const CI = `match: registry.example/acme/*
identities:
  - issuer: ${RELEASE.issuer}
    subject: ${RELEASE.subject}`;
const CI_RELEASES = `match: registry.example/acme/*
identities:
  - issuer: ${RELEASE.issuer}
    subjectRegExp: https://github\\.com/acme/[^/]+/\\.github/workflows/release\\.yml@refs/tags/.+`;
const UNSIGNED = 'match: registry.example/acme/*\nunsigned: allow';

const byAcme = signedBy(acme);
const byPartner = signedBy(partner);
const byCi = signedBy(RELEASE, { isLogged: true, times: [NOW] });
const days = (count: number): Date => new Date(NOW.getTime() - count * 86_400_000);
const aged = (...times: readonly Date[]): IdentifiedSignature => signedBy(acme, { times });
const named = (format: 'legacy' | 'bundle', name: string): IdentifiedSignature =>
  signedBy(acme, {
    format,
    claims:
      format === 'legacy'
        ? { signedReference: name, annotations: {} }
        : { annotations: { 'dev.kongcrate.repository': name } },
  });
const ciAs = (changes: Partial<typeof RELEASE>): IdentifiedSignature =>
  signedBy({ ...RELEASE, ...changes }, { isLogged: true, times: [NOW] });

type Row = [
  what: string,
  rule: string,
  signatures: readonly IdentifiedSignature[],
  rest?: { facts?: Partial<TrustFacts>; flags?: Narrowing },
];

describe('a policy allows', () => {
  it.each<Row>([
    ['a signature of its key', ACME, [byAcme]],
    ['one of its keys', BOTH, [byPartner]],
    ['a good one beside a foreign one', ACME, [byPartner, byAcme]],
    ['two of two', `${BOTH}\nthreshold: 2`, [byAcme, byPartner]],
    [
      'a key and an identity',
      `${BOTH}\nthreshold: 2\n${CI.split('\n').slice(1).join('\n')}`,
      [byAcme, byCi],
    ],
    ['its identity', CI, [byCi]],
    ['what its expression takes', CI_RELEASES, [byCi]],
    [
      'two subjects of one expression',
      `${CI_RELEASES}\nthreshold: 2`,
      [byCi, ciAs({ subject: `${RELEASE.subject}.1` })],
    ],
    [
      'an identity with the workflow it wants',
      `${CI}\n    workflow: { trigger: push, repository: acme/p }`,
      [byCi],
    ],
    [
      'a logged signature where that is required',
      `${ACME}\nlog: required`,
      [signedBy(acme, { isLogged: true })],
    ],
    [
      'a stamped identity where a log is optional',
      CI,
      [signedBy(RELEASE, { isStamped: true, times: [NOW] })],
    ],
    ['a name in a legacy payload', `${ACME}\nrepository: strict`, [named('legacy', REPOSITORY)]],
    ['a name in a bundle', `${ACME}\nrepository: strict`, [named('bundle', REPOSITORY)]],
    [
      'a name in another spelling',
      `${ACME}\nrepository: strict`,
      [named('legacy', `Registry.Example:443/acme/my-plugin`)],
    ],
    [
      'a good name beside a foreign one',
      `${ACME}\nrepository: strict`,
      [named('legacy', 'other.example/x1'), named('bundle', REPOSITORY)],
    ],
    ['a signature of today', `${ACME}\nmaximumSignatureAgeDays: 1`, [aged(NOW)]],
    ['a signature on its last day', `${ACME}\nmaximumSignatureAgeDays: 30`, [aged(days(30))]],
    [
      'a new signature beside an old one',
      `${ACME}\nmaximumSignatureAgeDays: 30`,
      [aged(days(31)), aged(days(1))],
    ],
    ['what nobody signed, where that is allowed', UNSIGNED, []],
    ['what its key signed, where nobody needs to', `${ACME}\nunsigned: allow`, [byAcme]],
    [
      'signed names',
      `${ACME}\nsignedNames: required`,
      [byAcme],
      { facts: { name: 'my-plugin', version: '1.2.3' } },
    ],
    [
      '--allow-downgrade, where nothing is said',
      ACME,
      [byAcme],
      { flags: { allowDowngrade: true } },
    ],
    ['no --allow-downgrade, where it is forbidden', `${ACME}\ndowngrade: forbid`, [byAcme]],
    ['a threshold of the flags', BOTH, [byAcme, byPartner], { flags: { threshold: 2 } }],
    [
      'annotations of the flags',
      ACME,
      [signedBy(acme, { claims: { annotations: { env: 'prod' } } })],
      { flags: { annotations: { env: 'prod' } } },
    ],
  ])('%s', async (_what, rule, signatures, { facts, flags } = {}) => {
    const decision = decide(await parseRules(rule), factsOf(signatures, facts), flags);
    expect(decision).toMatchObject({ allowed: true, reasons: [], rule: { line: 4 } });
  });
});

describe('a policy refuses', () => {
  const NEEDS = (threshold: number, count = 0): string =>
    `${count} signers count, and ${threshold} must have signed`;
  const subject = (text: string): IdentifiedSignature => ciAs({ subject: text });
  const issuer = (text: string): IdentifiedSignature => ciAs({ issuer: text });

  it.each<[...Required<Row>, reason: string]>([
    ['no signature', ACME, [], {}, NEEDS(1)],
    ['another key', ACME, [byPartner], {}, NEEDS(1)],
    ['one of two', `${BOTH}\nthreshold: 2`, [byAcme], {}, NEEDS(2, 1)],
    [
      'one key in two formats as two',
      `${BOTH}\nthreshold: 2`,
      [signedBy(acme, { format: 'legacy' }), byAcme],
      {},
      NEEDS(2, 1),
    ],
    ['one identity twice as two', `${CI_RELEASES}\nthreshold: 2`, [byCi, byCi], {}, NEEDS(2, 1)],
    ['a foreign signer as the second', `${BOTH}\nthreshold: 2`, [byAcme, byCi], {}, NEEDS(2, 1)],
    ['an identity where keys are wanted', ACME, [byCi], {}, NEEDS(1)],
    ['a key where identities are wanted', CI, [byAcme], {}, NEEDS(1)],
    // tricks with names
    ['a subject with more behind it', CI, [subject(`${RELEASE.subject}-evil`)], {}, NEEDS(1)],
    [
      'a subject with more before it',
      CI,
      [subject(`https://evil.example/?${RELEASE.subject}`)],
      {},
      NEEDS(1),
    ],
    ['a subject in capitals', CI, [subject(RELEASE.subject.toUpperCase())], {}, NEEDS(1)],
    ['a subject with a line feed', CI, [subject(`${RELEASE.subject}\n`)], {}, NEEDS(1)],
    ['a subject with another dot', CI, [subject(RELEASE.subject.replace('.', 'x'))], {}, NEEDS(1)],
    ['a subject that looks alike', CI, [subject(RELEASE.subject.replace('a', 'а'))], {}, NEEDS(1)],
    ['an empty subject', CI, [subject('')], {}, NEEDS(1)],
    ['an empty issuer', CI, [issuer('')], {}, NEEDS(1)],
    ['an issuer with a slash behind it', CI, [issuer(`${RELEASE.issuer}/`)], {}, NEEDS(1)],
    [
      'another issuer',
      CI,
      [issuer('https://token.actions.githubusercontent.com.evil')],
      {},
      NEEDS(1),
    ],
    [
      'subject and issuer swapped',
      CI,
      [ciAs({ issuer: RELEASE.subject, subject: RELEASE.issuer })],
      {},
      NEEDS(1),
    ],
    ['an expression in the middle', CI_RELEASES, [subject(`x${RELEASE.subject}`)], {}, NEEDS(1)],
    [
      'an expression up to a line feed',
      CI_RELEASES,
      [subject(`${RELEASE.subject}\nx`)],
      {},
      NEEDS(1),
    ],
    [
      'an expression in capitals',
      CI_RELEASES,
      [subject(RELEASE.subject.replace('acme', 'ACME'))],
      {},
      NEEDS(1),
    ],
    [
      'an expression with another owner',
      CI_RELEASES,
      [subject(RELEASE.subject.replace('acme/', 'acme-evil/'))],
      {},
      NEEDS(1),
    ],
    [
      'another workflow',
      `${CI}\n    workflow: { trigger: workflow_dispatch }`,
      [byCi],
      {},
      NEEDS(1),
    ],
    ['a workflow that says nothing', `${CI}\n    workflow: { sha: abc }`, [byCi], {}, NEEDS(1)],
    // logs and times
    ['no log where one is required', `${ACME}\nlog: required`, [byAcme], {}, NEEDS(1)],
    [
      'a foreign log where one is required',
      `${ACME}\nlog: required`,
      [signedBy(acme, { hasForeignEntries: true })],
      {},
      NEEDS(1),
    ],
    [
      'a timestamp where a log is required',
      `${CI}\nlog: required`,
      [signedBy(RELEASE, { isStamped: true, times: [NOW] })],
      {},
      NEEDS(1),
    ],
    ['no time where age counts', `${ACME}\nmaximumSignatureAgeDays: 1`, [byAcme], {}, NEEDS(1)],
    [
      'a signature a second too old',
      `${ACME}\nmaximumSignatureAgeDays: 30`,
      [aged(new Date(days(30).getTime() - 1000))],
      {},
      NEEDS(1),
    ],
    [
      'an old signature that was stamped again',
      `${ACME}\nmaximumSignatureAgeDays: 30`,
      [aged(days(31), NOW)],
      {},
      NEEDS(1),
    ],
    [
      'a time that is none',
      `${ACME}\nmaximumSignatureAgeDays: 30`,
      [aged(new Date(NaN))],
      {},
      NEEDS(1),
    ],
    // the repository's name
    [
      'no name in a legacy payload',
      `${ACME}\nrepository: strict`,
      [signedBy(acme, { format: 'legacy' })],
      {},
      NEEDS(1),
    ],
    ['no name in a bundle', `${ACME}\nrepository: strict`, [byAcme], {}, NEEDS(1)],
    [
      'another name',
      `${ACME}\nrepository: strict`,
      [named('bundle', `${REPOSITORY}-evil`)],
      {},
      NEEDS(1),
    ],
    [
      'another host',
      `${ACME}\nrepository: strict`,
      [named('legacy', 'mirror.example/acme/my-plugin')],
      {},
      NEEDS(1),
    ],
    [
      'a name with a tag',
      `${ACME}\nrepository: strict`,
      [named('legacy', `${REPOSITORY}:1.2.3`)],
      {},
      NEEDS(1),
    ],
    ['an empty name', `${ACME}\nrepository: strict`, [named('bundle', '')], {}, NEEDS(1)],
    [
      'a name in an annotation of a legacy payload',
      `${ACME}\nrepository: strict`,
      [
        {
          ...named('bundle', REPOSITORY),
          candidate: signedBy(acme, { format: 'legacy' }).candidate,
        },
      ],
      {},
      NEEDS(1),
    ],
    [
      'a name where the format has none',
      `${ACME}\nrepository: strict`,
      [{ ...named('legacy', REPOSITORY), candidate: byAcme.candidate }],
      {},
      NEEDS(1),
    ],
    // what is not signed
    [
      'nothing found where not every place answered',
      UNSIGNED,
      [],
      { facts: { isUnsigned: false } },
      NEEDS(1),
    ],
    ['a foreign signature where none is needed', UNSIGNED, [byPartner], {}, NEEDS(1)],
    [
      'a foreign signature that is called none',
      UNSIGNED,
      [byPartner],
      { facts: { isUnsigned: true } },
      NEEDS(1),
    ],
    ['unsigned, with a threshold', UNSIGNED, [], { flags: { threshold: 1 } }, NEEDS(1)],
    [
      'unsigned, with annotations',
      UNSIGNED,
      [],
      { flags: { annotations: { env: 'prod' } } },
      NEEDS(1),
    ],
    [
      'names that are not signed',
      `${ACME}\nsignedNames: required`,
      [byAcme],
      {},
      'name and version are not signed',
    ],
    [
      'a name without a version',
      `${ACME}\nsignedNames: required`,
      [byAcme],
      { facts: { name: 'x' } },
      'name and version are not',
    ],
    [
      'a version without a name',
      `${ACME}\nsignedNames: required`,
      [byAcme],
      { facts: { version: '1' } },
      'name and version are not',
    ],
    [
      '--allow-downgrade',
      `${ACME}\ndowngrade: forbid`,
      [byAcme],
      { flags: { allowDowngrade: true } },
      'forbids --allow-downgrade',
    ],
    // flags
    ['too few for the flags', BOTH, [byAcme], { flags: { threshold: 2 } }, NEEDS(2, 1)],
    [
      'a smaller threshold of the flags',
      `${BOTH}\nthreshold: 2`,
      [byAcme],
      { flags: { threshold: 1 } },
      NEEDS(2, 1),
    ],
    ['a missing annotation', ACME, [byAcme], { flags: { annotations: { env: 'prod' } } }, NEEDS(1)],
    [
      'another annotation',
      ACME,
      [signedBy(acme, { claims: { annotations: { env: 'dev' } } })],
      { flags: { annotations: { env: 'prod' } } },
      NEEDS(1),
    ],
  ])('%s', async (_what, rule, signatures, { facts, flags }, reason) => {
    const decision = decide(await parseRules(rule), factsOf(signatures, facts), flags);
    expect(decision.allowed).toBe(false);
    expect(decision.reasons.join('; ')).toContain(reason);
  });
});

describe('which rule decides', () => {
  const rules = [
    'match: registry.example/acme/my-*\nkeys: [acme.pub, partner.pub]\nthreshold: 2',
    'match: registry.example/acme/*\nkeys: [acme.pub]',
    'match: [mirror.example/**, localhost/**]\nunsigned: allow',
  ];

  it.each<[repository: string, line: number | undefined, allowed: boolean]>([
    ['registry.example/acme/my-plugin', 4, false],
    ['Registry.Example:443/acme/my-plugin', 4, false],
    ['registry.example/acme/other', 7, true],
    ['registry.example/other/my-plugin', undefined, false],
    ['registry.example.evil/acme/other', undefined, false],
    ['mirror.example/acme/my-plugin', 9, false],
    ['', undefined, false],
  ])('%s: line %s', async (repository, line, allowed) => {
    const decision = decide(await parseRules(...rules), factsOf([byAcme], { repository }));
    expect(decision.rule?.line).toBe(line);
    expect(decision.allowed).toBe(allowed);
    if (line === undefined) expect(decision.reasons).toEqual([`no rule is about ${repository}`]);
  });

  it('a rule that refuses is not followed by another that would not', async () => {
    const { allowed, passedOver, signatures } = decide(
      await parseRules(...rules),
      factsOf([byAcme]),
    );
    expect([allowed, passedOver]).toEqual([false, []]);
    expect(signatures).toEqual([{ source: 'a bundle', signer: `sha256:${acme.keyId}` }]);
  });

  it('says of every rule it passed over why, and of every signature', async () => {
    const facts = factsOf([byPartner, byAcme], { repository: 'registry.example/acme/other' });
    expect(decide(await parseRules(...rules), facts)).toEqual({
      allowed: true,
      policy: 'policy.yaml',
      rule: { line: 7, match: ['registry.example/acme/*'] },
      passedOver: [
        {
          line: 4,
          match: ['registry.example/acme/my-*'],
          reason: 'does not match registry.example/acme/other',
        },
      ],
      signatures: [
        {
          source: 'a bundle',
          signer: `sha256:${partner.keyId}`,
          reason: 'its key is not among those that may sign',
        },
        { source: 'a bundle', signer: `sha256:${acme.keyId}` },
      ],
      reasons: [],
    });
  });
});

describe('what is revoked comes first', () => {
  const revoking = (what: string, rule = BOTH): string => `${policyText(rule)}  revoked: ${what}\n`;
  const digest: typeof DIGEST = `sha256:${'e'.repeat(64)}`;

  it.each<[what: string, text: string, signatures: IdentifiedSignature[], reason: string]>([
    ['a digest', revoking(`{ digests: [${DIGEST}] }`), [byAcme], `${DIGEST} is revoked`],
    [
      'a digest that nobody signed',
      revoking(`{ digests: [${DIGEST}] }`, UNSIGNED),
      [],
      'is revoked',
    ],
    ['the layer', revoking(`{ digests: [${digest}] }`), [byAcme], `${digest} is revoked`],
    [
      'a key by its digest',
      revoking(`{ keys: [sha256:${acme.keyId}] }`),
      [byAcme],
      '0 signers count',
    ],
    ['a key by its file', revoking('{ keys: [acme.pub] }'), [byAcme], '0 signers count'],
    [
      'a subject',
      revoking(`{ identities: [{ subject: "${RELEASE.subject}" }] }`, CI),
      [byCi],
      '0 signers',
    ],
    [
      'an issuer',
      revoking(`{ identities: [{ issuerRegExp: https://token.+ }] }`, CI),
      [byCi],
      '0 signers',
    ],
  ])('%s', async (_what, text, signatures, reason) => {
    const decision = decide(
      await parsePolicy(text),
      factsOf(signatures, { digests: [DIGEST, digest] }),
    );
    expect(decision.allowed).toBe(false);
    expect(decision.reasons[0]).toContain(reason);
    const keyOrName = !reason.includes('is revoked');
    if (keyOrName) expect(decision.signatures[0]?.reason).toBe('its signer is revoked');
  });

  it('a digest where no rule matches, too', async () => {
    const policy = await parsePolicy(revoking(`{ digests: [${DIGEST}] }`));
    const facts = factsOf([byAcme], { repository: 'other.example/acme' });
    expect(decide(policy, facts).reasons).toEqual([
      `${DIGEST} is revoked`,
      'no rule is about other.example/acme',
    ]);
  });

  it('a revoked key does not hide one that still counts', async () => {
    const policy = await parsePolicy(revoking('{ keys: [acme.pub] }'));
    const facts = factsOf([byAcme, byPartner]);
    expect(decide(policy, facts).allowed).toBe(true);
  });

  it('half a name revokes only what it names', async () => {
    const policy = await parsePolicy(
      revoking(`{ identities: [{ issuer: "${RELEASE.issuer}", subject: other }] }`, CI),
    );
    expect(decide(policy, factsOf([byCi])).allowed).toBe(true);
  });
});
