import { describe, expect, it } from 'vitest';
import { PREDICATE_WORDS, predicateTypeOf } from '../../src/attestation/predicate-type.ts';
import { MAX_PREDICATE_BYTES, readPredicate } from '../../src/attestation/read-predicate.ts';
import { expectError } from '../support/expect-error.ts';

const NOW = new Date('2026-11-22T10:14:58.123Z');
const read = (type: string, text: string): ReturnType<typeof readPredicate> =>
  readPredicate(type, Buffer.from(text), NOW);

describe('predicateTypeOf', () => {
  it("knows cosign's words, and takes URIs as they are", () => {
    expect(PREDICATE_WORDS.map(predicateTypeOf)).toEqual([
      'https://slsa.dev/provenance/v1',
      'https://slsa.dev/provenance/v0.2',
      'https://slsa.dev/provenance/v0.2',
      'https://spdx.dev/Document',
      'https://spdx.dev/Document',
      'https://cyclonedx.org/bom',
      'https://in-toto.io/Link/v1',
      'https://cosign.sigstore.dev/attestation/vuln/v1',
      'https://openvex.dev/ns',
      'https://cosign.sigstore.dev/attestation/v1',
    ]);
    expect(predicateTypeOf('urn:example:x')).toBe('urn:example:x');
  });

  it.each(['', 'slsa', 'https://a b', 'https://sigstore.dev/cosign/sign/v1'])(
    'refuses %j',
    async (type) => {
      await expectError(() => predicateTypeOf(type), 'USAGE');
    },
  );
});

describe('readPredicate', () => {
  it('keeps the text of JSON byte for byte', () => {
    const text = '{"b": 1.0, "a":"<é>", "n": 12345678901234567890}';
    expect(read('https://example.com/x', ` ${text}\n`).predicate).toBe(text);
  });

  it('wraps what is custom as cosign does', () => {
    expect(JSON.parse(read('custom', 'any text\n').predicate)).toEqual({
      Data: 'any text\n',
      Timestamp: '2026-11-22T10:14:58Z',
    });
  });

  it.each([
    ['openvex', 'no JSON'],
    ['openvex', '[]'],
    ['openvex', '"text"'],
    ['openvex', 'null'],
    ['openvex', '{"a":{"b":1,"b":2}}'],
    ['slsaprovenance1', '{"buildDefinition":{"buildType":"https://x"}}'],
    ['slsaprovenance', '{"buildType":1,"builder":{"id":"x"}}'],
    ['spdx', 'SPDXVersion: SPDX-2.3'],
    ['spdxjson', '{"spdxVersion":"SPDX-2.3"}'],
    ['cyclonedx', '{"bomFormat":"CycloneDX"}'],
  ])('refuses as %s: %s', async (type, text) => {
    await expectError(() => read(type, text), 'USAGE');
  });

  it('takes keys that differ in case, and 100 levels', async () => {
    const nested = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
    for (const text of ['{"a":1,"A":2}', nested(100)])
      expect(read('openvex', text).predicate).toBe(text);
    for (const levels of [101, 100_000])
      await expectError(() => read('openvex', nested(levels)), 'USAGE');
  });

  it('refuses what is no UTF-8, and what is too long', async () => {
    await expectError(() => readPredicate('custom', Buffer.from([0xff]), NOW), 'USAGE');
    const long = Buffer.alloc(MAX_PREDICATE_BYTES + 1, 32);
    await expectError(() => readPredicate('custom', long, NOW), 'CONTENT_TOO_LARGE');
  });
});
