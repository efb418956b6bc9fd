import { describe, expect, it } from 'vitest';
import { decide } from '../../../src/signing/policy/decide.ts';
import type { IdentifiedSignature } from '../../../src/signing/identified-signature.ts';
import {
  ACME,
  BOTH,
  CI,
  CI_RELEASES,
  UNSIGNED,
  byAcme,
  byPartner,
  byCi,
  days,
  aged,
  named,
  ciAs,
  type Row,
} from './decide-samples.ts';
import {
  DIGEST,
  NOW,
  RELEASE,
  acme,
  factsOf,
  parsePolicy,
  parseRules,
  partner,
  policyText,
  REPOSITORY,
  signedBy,
} from './support.ts';

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
