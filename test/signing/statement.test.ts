import { expect, it } from 'vitest';
import { digestOf, hexOf } from '../../src/reference/digest.ts';
import { readStatement, SIGN_PREDICATE_TYPE } from '../../src/signing/statement.ts';
import { toBytes } from './support.ts';

const DIGEST = digestOf(toBytes('a manifest'));
const SAID = 'https://example.com/said/v1';

const named = (predicateType: string): Buffer =>
  toBytes({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'registry.example/acme/my-plugin', digest: { sha256: hexOf(DIGEST) } }],
    predicateType,
    predicate: {},
  });

it('the name of a subject is that of a repository in an attestation only', () => {
  expect(readStatement(named(SAID), DIGEST, SAID).signedReference).toBe(
    'registry.example/acme/my-plugin',
  );
  expect(readStatement(named(SIGN_PREDICATE_TYPE), DIGEST).signedReference).toBeUndefined();
});
