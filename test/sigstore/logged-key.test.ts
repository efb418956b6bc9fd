import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createRekorV2 } from '../../src/sigstore/rekor-v2.ts';
import { readPublicKey } from '../../src/signing/public-key.ts';
import { expectError } from '../support/expect-error.ts';

const P384 = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
const RSA = generateKeyPairSync('rsa', { modulusLength: 2560 });

describe('a log with Rekor v2', () => {
  it.each([
    ['secp384r1', P384],
    ['RSA of 2560 bits', RSA],
  ])('is not asked to take a key of the kind %s', async (kind, { publicKey }) => {
    const log = createRekorV2({
      url: new URL('https://log.example'),
      send: () => expect.unreachable(),
    });
    const identity = readPublicKey(publicKey.export({ type: 'spki', format: 'pem' }).toString());
    const signer = { identity, sign: () => expect.unreachable() };
    const bytes = Buffer.from('signed');
    const error = await expectError(
      () => log.testify({ signedBytes: bytes, signature: bytes, signer }, {}),
      'USAGE',
    );
    expect(error.message).toContain(kind);
  });
});
