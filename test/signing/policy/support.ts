import { readFileSync } from 'node:fs';
import type {
  CertificateIdentity,
  SignatureFormat,
} from '../../../src/content/verified-subject.ts';
import type { Digest } from '../../../src/reference/digest.ts';
import type { IdentifiedSignature } from '../../../src/signing/identified-signature.ts';
import type { TrustFacts } from '../../../src/signing/policy/decide.ts';
import { parseTrustPolicy } from '../../../src/signing/policy/parse-trust-policy.ts';
import type { TrustPolicy } from '../../../src/signing/policy/trust-policy.ts';
import { readPublicKey, type PublicKey } from '../../../src/signing/public-key.ts';

/** A file of the sample policies. */
export function policyFile(name: string): string {
  return readFileSync(new URL(`../../../testdata/policies/${name}`, import.meta.url), 'utf8');
}

/** Reads a policy's text as `policy.yaml`, with the sample keys beside it. */
export function parsePolicy(text: string | Uint8Array): Promise<TrustPolicy> {
  return parseTrustPolicy(Buffer.from(text), { file: 'policy.yaml', readFile: policyFile });
}

/** A policy with these lines as its only rule, or rules, indented below `rules:`. */
export function parseRules(...rules: readonly string[]): Promise<TrustPolicy> {
  return parsePolicy(policyText(...rules));
}

/** One rule a text: its keys and values, one a line. */
export function policyText(...rules: readonly string[]): string {
  const items = rules.map((rule) => `    - ${rule.replaceAll('\n', '\n      ')}`);
  return ['version: 1', 'trust:', '  rules:', ...items, ''].join('\n');
}

export const acme: PublicKey = readPublicKey(policyFile('acme.pub'));
export const partner: PublicKey = readPublicKey(policyFile('partner.pub'));
export const NOW: Date = new Date('2026-11-22T12:00:00Z');
export const DIGEST: Digest = `sha256:${'d'.repeat(64)}`;
export const REPOSITORY = 'registry.example/acme/my-plugin';

export const RELEASE: CertificateIdentity = {
  issuer: 'https://token.actions.githubusercontent.com',
  subject: 'https://github.com/acme/p/.github/workflows/release.yml@refs/tags/v1',
  workflow: { trigger: 'push', repository: 'acme/p', ref: 'refs/tags/v1' },
};

/** A signature that holds, by a key, or by whom a certificate names. */
export function signedBy(
  who: PublicKey | CertificateIdentity,
  proofs: Partial<Omit<IdentifiedSignature, 'candidate' | 'maker'>> & {
    format?: SignatureFormat;
  } = {},
): IdentifiedSignature {
  const { format = 'bundle', ...rest } = proofs;
  const nothing = new Uint8Array();
  return {
    maker: 'issuer' in who ? { kind: 'certificate', ...who } : { kind: 'key', key: who },
    claims: { annotations: {} },
    isLogged: false,
    hasForeignEntries: false,
    isStamped: false,
    times: [],
    candidate: {
      format,
      source: `a ${format}`,
      content: format === 'legacy' ? 'payload' : 'statement',
      signedBytes: nothing,
      signature: nothing,
      payload: nothing,
      proofs: { entries: [], timestamps: [] },
    },
    ...rest,
  };
}

/** What is known of an artifact that these have signed. */
export function factsOf(
  signatures: readonly IdentifiedSignature[],
  facts: Partial<TrustFacts> = {},
): TrustFacts {
  return {
    repository: REPOSITORY,
    digests: [DIGEST],
    signatures,
    isUnsigned: signatures.length === 0,
    now: NOW,
    ...facts,
  };
}
