import { describe, it } from 'vitest';
import type { IdentifiedSignature } from '../../../src/signing/identified-signature.ts';
import { decide, type TrustFacts } from '../../../src/signing/policy/decide.ts';
import type { Narrowing } from '../../../src/signing/policy/rule-demand.ts';
import type { Revoked, TrustPolicy, TrustRule } from '../../../src/signing/policy/trust-policy.ts';
import { parseRepositoryPattern } from '../../../src/signing/policy/repository-pattern.ts';
import type { SignerDemand } from '../../../src/signing/signer-demand.ts';
import { exactly, matching } from '../../../src/signing/text-demand.ts';
import { fc } from '../../support/properties.ts';
import { DIGEST, NOW, RELEASE, acme, factsOf, partner, signedBy } from './support.ts';

const OTHER = { ...RELEASE, subject: 'someone@acme.example' };
const optional = <Value>(values: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(values, { nil: undefined });
/** Without the keys that are undefined, as the types demand it. */
const record = <Shape extends object>(
  required: { [Key in keyof Shape]: fc.Arbitrary<Shape[Key]> },
  keys: (keyof Shape)[] = [],
): fc.Arbitrary<Shape> => fc.record(required, { requiredKeys: keys });

const signers: readonly SignerDemand[] = [
  { kind: 'key', key: acme },
  { kind: 'key', key: partner },
  { kind: 'identity', identity: exactly(RELEASE.subject, ''), issuer: exactly(RELEASE.issuer, '') },
  {
    kind: 'identity',
    identity: await matching('.+@acme\\.example', ''),
    issuer: await matching('https:.+', ''),
  },
];
const someSigners = fc.subarray([...signers], { minLength: 1 });
const age = fc.integer({ min: 0, max: 100 }).map((days) => new Date(NOW.getTime() - days * 864e5));

const signature: fc.Arbitrary<IdentifiedSignature> = fc
  .record({
    who: fc.constantFrom(acme, partner, RELEASE, OTHER),
    format: fc.constantFrom('legacy' as const, 'bundle' as const),
    isLogged: fc.boolean(),
    times: fc.array(age, { maxLength: 2 }),
    annotations: fc.constantFrom({}, { env: 'prod' }),
  })
  .map(({ who, format, isLogged, times, annotations }) =>
    signedBy(who, { format, isLogged, isStamped: true, times, claims: { annotations } }),
  );

const facts: fc.Arbitrary<TrustFacts> = fc
  .record({
    signatures: fc.array(signature, { maxLength: 4 }),
    isUnsigned: fc.boolean(),
    repository: fc.constantFrom('a.example/acme/x1', 'a.example/other', 'b.example/x1', ''),
    name: optional(fc.constant('x1')),
    version: optional(fc.constant('1')),
  })
  .map(({ signatures, ...rest }) => factsOf(signatures, rest));

const rule: fc.Arbitrary<TrustRule> = record<TrustRule>(
  {
    line: fc.integer({ min: 1, max: 9 }),
    repositories: fc
      .constantFrom('a.example/acme/*', 'a.example/**', '*.example/**', '**')
      .map((pattern) => [parseRepositoryPattern(pattern)]),
    signers: someSigners,
    threshold: fc.integer({ min: 1, max: 3 }),
    log: fc.constantFrom('required', 'optional'),
    repository: fc.constant('strict'),
    unsigned: fc.constant('allow'),
    maximumSignatureAgeDays: fc.integer({ min: 1, max: 100 }),
    downgrade: fc.constant('forbid'),
    signedNames: fc.constant('required'),
  },
  ['line', 'repositories', 'signers', 'threshold', 'log'],
);

const revoked: fc.Arbitrary<Revoked> = fc
  .record({
    digests: fc.subarray([DIGEST]),
    keyIds: fc.subarray([acme.keyId, partner.keyId]),
    identities: fc.subarray([
      { issuer: exactly(RELEASE.issuer, '') },
      { identity: exactly(OTHER.subject, '') },
    ]),
  })
  .map(({ digests, keyIds, identities }) => ({
    digests: new Set(digests),
    keyIds: new Set(keyIds),
    identities,
  }));

const NOTHING: Revoked = { digests: new Set(), keyIds: new Set(), identities: [] };
const policy: fc.Arbitrary<TrustPolicy> = fc
  .array(rule, { minLength: 1, maxLength: 3 })
  .map((rules) => ({ file: 'policy.yaml', rules, revoked: NOTHING }));

const narrowing: fc.Arbitrary<Narrowing> = record<Narrowing>({
  threshold: fc.integer({ min: 1, max: 3 }),
  annotations: fc.constant({ env: 'prod' }),
  allowDowngrade: fc.boolean(),
});

/** What is allowed after a change for the stricter must have been allowed before it. */
function never(before: boolean, after: boolean): boolean {
  return before || !after;
}

describe('whatever a policy says', () => {
  const runs = { numRuns: 500 };

  it('revoking more never allows more', () => {
    fc.assert(
      fc.property(policy, facts, narrowing, revoked, (one, known, flags, more) =>
        never(
          decide(one, known, flags).allowed,
          decide({ ...one, revoked: more }, known, flags).allowed,
        ),
      ),
      runs,
    );
  });

  it('flags never allow more, alone or beside others', () => {
    fc.assert(
      fc.property(policy, facts, narrowing, (one, known, flags) => {
        const alone = decide(one, known).allowed;
        const { allowDowngrade = false } = flags;
        const fewer = decide(one, known, { allowDowngrade }).allowed;
        const all = decide(one, known, flags).allowed;
        return never(alone, fewer) && never(fewer, all);
      }),
      runs,
    );
  });

  it('no demand of a rule allows more than the same rule without it', () => {
    fc.assert(
      fc.property(rule, facts, (one, known) => {
        const { line, repositories, signers: named, unsigned } = one;
        const bare = { line, repositories, signers: named, threshold: 1, log: 'optional' } as const;
        const rest = { file: 'policy.yaml', revoked: NOTHING };
        const loose = { ...rest, rules: [unsigned ? { ...bare, unsigned } : bare] };
        return never(
          decide(loose, known).allowed,
          decide({ ...rest, rules: [one] }, known).allowed,
        );
      }),
      runs,
    );
  });

  it('a rule behind the one that decides changes nothing', () => {
    fc.assert(
      fc.property(policy, rule, facts, (one, behind, known) => {
        const before = decide(one, known);
        const after = decide({ ...one, rules: [...one.rules, behind] }, known);
        return before.rule === undefined || before.allowed === after.allowed;
      }),
      runs,
    );
  });

  it('nothing is allowed without a rule, a signature that counts or a clean none', () => {
    fc.assert(
      fc.property(policy, facts, narrowing, (one, known, flags) => {
        const { allowed, rule: decides, signatures, reasons } = decide(one, known, flags);
        const hasGood = signatures.some(({ reason }) => reason === undefined);
        const isNone = known.isUnsigned && signatures.length === 0;
        return allowed ? decides !== undefined && (hasGood || isNone) : reasons.length > 0;
      }),
      runs,
    );
  });
});
