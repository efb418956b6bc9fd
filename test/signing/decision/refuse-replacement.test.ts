import { describe, expect, it } from 'vitest';
import type { KongcrateError } from '../../../src/errors/kongcrate-error.ts';
import { decideTrust } from '../../../src/signing/decision/decide-trust.ts';
import type {
  RecordedTrust,
  ReplacementQuestion,
  TrustQuestion,
} from '../../../src/signing/decision/trust-question.ts';
import { acme, partner } from '../policy/support.ts';
import { ARTIFACT, findIn } from './ask.ts';

const by = ({ keyId, pem }: typeof acme): RecordedTrust => ({
  kind: 'signed',
  signers: [{ kind: 'key', keyId, publicKey: pem }],
});
const UNSIGNED: RecordedTrust = { kind: 'unsigned' };
const plugin = (version: string, trust: RecordedTrust): ReplacementQuestion['offered'] => ({
  ...{ name: 'my-plugin', version, digest: `sha256:${version}`, trust },
});

function replacing(changes: Partial<ReplacementQuestion>): ReplacementQuestion {
  const installed = plugin('2', by(acme));
  const offered = plugin('1', by(acme));
  const flags = { underPolicy: false, consents: {} };
  return { way: 'install', installed, offered, isLower: true, ...flags, ...changes };
}

function refusal(question: TrustQuestion): KongcrateError {
  const decision = decideTrust(question);
  if (decision.allowed) return expect.unreachable();
  return decision.refusal as KongcrateError;
}

describe('what is refused over what is installed', () => {
  it('says both versions, and who signed', () => {
    const lower = refusal({ replacement: replacing({}) });
    expect(lower).toMatchObject({
      ...{ code: 'DOWNGRADE', exitCode: 18, message: 'my-plugin 1 is older than 2' },
      details: { name: 'my-plugin', installed: '2', offered: '1' },
    });
    const foreign = refusal({ replacement: replacing({ offered: plugin('3', by(partner)) }) });
    expect(foreign).toMatchObject({
      ...{ code: 'SIGNER_CHANGED', exitCode: 18 },
      details: { installed: [`sha256:${acme.keyId}`], offered: [`sha256:${partner.keyId}`] },
    });
    expect(foreign.remedy).toContain('--allow-signer-change');
  });

  it('names no flag that a policy forbids', () => {
    const offered = plugin('1', UNSIGNED);
    const consents = { allowUnsigned: true };
    const back = replacing({ way: 'rollback', offered });
    expect(refusal({ replacement: back }).remedy).toContain('--allow-unsigned');
    expect(decideTrust({ replacement: { ...back, consents } }).allowed).toBe(true);
    const bound = { ...back, consents, underPolicy: true };
    expect(refusal({ replacement: bound }).remedy).not.toContain('--allow-unsigned');
  });

  it('comes after what refuses the artifact itself', () => {
    const asked = { demands: [{ signers: [{ kind: 'key', key: acme } as const], threshold: 1 }] };
    const artifact = { ...ARTIFACT, asked, found: findIn(asked, []) };
    const replacement = replacing({});
    expect(refusal({ artifact, replacement }).code).toBe('NO_SIGNATURE');
  });
});
