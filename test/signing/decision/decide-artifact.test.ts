import { describe, expect, it } from 'vitest';
import { PLUGIN_NAME_ANNOTATION } from '../../../src/reference/media-types.ts';
import { KongcrateError } from '../../../src/errors/kongcrate-error.ts';
import { decideTrust, obey } from '../../../src/signing/decision/decide-trust.ts';
import type { ArtifactQuestion, Asked } from '../../../src/signing/decision/trust-question.ts';
import { parseRepositoryPattern } from '../../../src/signing/policy/repository-pattern.ts';
import type { TrustPolicy, TrustRule } from '../../../src/signing/policy/trust-policy.ts';
import type { SignerDemand } from '../../../src/signing/signer-demand.ts';
import { exactly } from '../../../src/signing/text-demand.ts';
import { vouch } from '../../../src/signing/vouch.ts';
import { expectError } from '../../support/expect-error.ts';
import { acme, partner, RELEASE, signedBy } from '../policy/support.ts';
import { ARTIFACT, findIn } from './ask.ts';

const ACME: SignerDemand = { kind: 'key', key: acme };
const PARTNER: SignerDemand = { kind: 'key', key: partner };
const CI: SignerDemand = {
  kind: 'identity',
  identity: exactly(RELEASE.subject, ''),
  issuer: exactly(RELEASE.issuer, ''),
};
const NOTHING: TrustPolicy['revoked'] = { digests: new Set(), keyIds: new Set(), identities: [] };

const policy = (signers: readonly SignerDemand[], rest: Partial<TrustRule> = {}): TrustPolicy => ({
  file: 'policy.yaml',
  rules: [
    {
      ...{ line: 4, threshold: 1, log: 'optional' },
      repositories: [parseRepositoryPattern('registry.example/**')],
      signers,
      ...rest,
    },
  ],
  revoked: NOTHING,
});
const flags = (...signers: readonly SignerDemand[]): Asked['demands'] => [
  { signers, threshold: 1 },
];

/** The code that refuses what these have signed, or undefined. */
function refusal(
  asked: Asked,
  signatures: readonly ReturnType<typeof signedBy>[],
  facts: Partial<ArtifactQuestion> = {},
): string | undefined {
  const found = findIn(asked, signatures);
  const decision = decideTrust({ artifact: { ...ARTIFACT, asked, found, ...facts } });
  return decision.allowed ? undefined : (decision.refusal as KongcrateError).code;
}

const byAcme = signedBy(acme);
const byPartner = signedBy(partner);
const MISMATCH = 'SIGNATURE_MISMATCH';

describe('a policy and flags beside it', () => {
  const both = policy([ACME, PARTNER]);
  it.each<[what: string, asked: Asked, signatures: (typeof byAcme)[], code: string | undefined]>([
    ['a key of both', { policies: [both], demands: flags(ACME) }, [byAcme], undefined],
    [
      'a key of each',
      { policies: [policy([ACME])], demands: flags(PARTNER) },
      [byAcme, byPartner],
      undefined,
    ],
    [
      'one of the rule alone',
      { policies: [policy([ACME])], demands: flags(PARTNER) },
      [byAcme],
      MISMATCH,
    ],
    [
      'one of the flags alone',
      { policies: [policy([ACME])], demands: flags(PARTNER) },
      [byPartner],
      MISMATCH,
    ],
    [
      'an identity of the flags that did not sign',
      { policies: [policy([ACME])], demands: flags(CI) },
      [byAcme],
      MISMATCH,
    ],
    [
      'a larger threshold',
      { policies: [both], demands: [], narrowing: { threshold: 2 } },
      [byAcme],
      MISMATCH,
    ],
    [
      'two, of whom one has another certificate',
      { policies: [policy([ACME, CI], { threshold: 2 })], demands: [] },
      [byAcme, signedBy({ ...RELEASE, subject: 'x' })],
      MISMATCH,
    ],
    [
      'one, with another certificate',
      { policies: [policy([CI])], demands: [] },
      [signedBy({ ...RELEASE, subject: 'x' })],
      'CERTIFICATE_MISMATCH',
    ],
    [
      'two rules that name one each',
      { policies: [policy([ACME]), policy([PARTNER])], demands: [] },
      [byAcme, byPartner],
      undefined,
    ],
    [
      'two rules, and one who signed',
      { policies: [policy([ACME]), policy([PARTNER])], demands: [] },
      [byAcme],
      MISMATCH,
    ],
    [
      'nobody, where a rule lets that pass',
      { policies: [policy([], { unsigned: 'allow' })], demands: [] },
      [],
      undefined,
    ],
    [
      'nobody, with a key of the flags',
      { policies: [policy([], { unsigned: 'allow' })], demands: flags(ACME) },
      [],
      'NO_SIGNATURE',
    ],
    [
      'nobody, with a threshold',
      { policies: [policy([], { unsigned: 'allow' })], demands: [], narrowing: { threshold: 1 } },
      [],
      'NO_SIGNATURE',
    ],
    [
      'nobody, where one of two rules wants a key',
      { policies: [policy([], { unsigned: 'allow' }), policy([ACME])], demands: [] },
      [],
      'NO_SIGNATURE',
    ],
    ['nobody named at all', { demands: [] }, [], 'NO_SIGNATURE'],
    ['nobody named, and somebody signed', { demands: [] }, [byAcme], MISMATCH],
  ])('%s', (_what, asked, signatures, code) => {
    expect(refusal(asked, signatures)).toBe(code);
  });

  it('a revoked signer counts for neither', () => {
    const revoked = { ...NOTHING, keyIds: new Set([acme.keyId]) };
    const asked = { policies: [{ ...both, revoked }], demands: flags(ACME, PARTNER) };
    expect(refusal(asked, [byAcme])).toBe(MISMATCH);
    expect(refusal(asked, [byAcme, byPartner])).toBeUndefined();
    expect(refusal({ ...asked, demands: flags(ACME) }, [byAcme, byPartner])).toBe(MISMATCH);
  });
});

describe('what is not known yet', () => {
  const revoked = { ...NOTHING, digests: new Set([ARTIFACT.reference.descriptor.digest]) };
  const layers = new Set(ARTIFACT.plugin.manifest.layers.map(({ digest }) => digest));
  const asked = { policies: [policy([ACME])], demands: [] };
  const early = { reference: ARTIFACT.reference, now: ARTIFACT.now };

  it('is not decided, and nobody vouches for it', () => {
    expect(obey(decideTrust({ artifact: { ...early, asked } }))).not.toHaveProperty('trust');
    const found = findIn(asked, [byAcme]);
    expect(obey(decideTrust({ artifact: { ...early, asked, found } }))).not.toHaveProperty('trust');
    const trust = { kind: 'signed', signers: [{ keyId: acme.keyId }] };
    expect(obey(decideTrust({ artifact: { ...ARTIFACT, asked, found } }))).toMatchObject({ trust });
  });

  it.each<[what: string, policy: TrustPolicy]>([
    ['what is revoked', { ...policy([ACME]), revoked }],
    ['what no rule is about', { ...policy([ACME]), rules: [] }],
  ])('%s is refused before it', async (_what, one) => {
    const decision = decideTrust({
      artifact: { ...early, asked: { policies: [one], demands: [] } },
    });
    const error = await expectError(() => obey(decision), 'POLICY_REFUSED');
    expect(error.message).not.toContain('must have signed');
  });

  it('is not called missing: names before the manifest is read', () => {
    const policies = [policy([ACME], { signedNames: 'required' })];
    const named = { policies, demands: [] };
    const reasons = (signatures: (typeof byAcme)[], facts: object): unknown => {
      const artifact = { ...early, ...facts, asked: named, found: findIn(named, signatures) };
      return decideTrust({ artifact }).policies[0]?.reasons;
    };
    expect(reasons([], {})).toEqual(['0 signers count, and 1 must have signed']);
    expect(reasons([byAcme], {})).toEqual([]);
    expect(reasons([byAcme], ARTIFACT)).toEqual(['name and version are not signed']);
  });

  it('a revoked layer is refused first as soon as it is known, whoever signed', () => {
    const policies = [{ ...policy([PARTNER]), revoked: { ...NOTHING, digests: layers } }];
    expect(refusal({ policies, demands: [] }, [byAcme])).toBe('POLICY_REFUSED');
  });
});

it('nobody is vouched for before everything is decided', () => {
  const { reference, plugin } = ARTIFACT;
  expect(() => vouch({ reference, plugin, signatures: [], trust: undefined })).toThrow();
});

describe('what an artifact says of itself', () => {
  it('is held against what was asked for, by whomever it is signed', () => {
    const { plugin } = ARTIFACT;
    const annotations = { [PLUGIN_NAME_ANNOTATION]: 'other' };
    const named = { ...plugin, manifest: { ...plugin.manifest, annotations } };
    const asked = { demands: flags(ACME) };
    const facts = { plugin: named, expectedName: 'my-plugin' };
    expect(refusal(asked, [byAcme], facts)).toBe('IDENTITY_MISMATCH');
    expect(refusal(asked, [byAcme], { ...facts, expectedName: 'other' })).toBeUndefined();
    expect(refusal(asked, [byPartner], facts)).toBe(MISMATCH);
  });
});
