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
import { NOW, RELEASE, acme, factsOf, parseRules, REPOSITORY, signedBy } from './support.ts';

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
      [{ ...named('bundle', REPOSITORY), candidate: named('legacy', '').candidate }],
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
