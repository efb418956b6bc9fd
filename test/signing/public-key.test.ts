import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readPublicKey } from '../../src/signing/public-key.ts';
import { expectError } from '../support/expect-error.ts';
import { sample } from './support.ts';

const spki = (type: 'ec' | 'rsa', options: object): string => {
  const make = generateKeyPairSync as (type: string, options: object) => { publicKey: string };
  return make(type, { ...options, publicKeyEncoding: { type: 'spki', format: 'pem' } }).publicKey;
};

describe('readPublicKey', () => {
  it.each([
    'v2.cosign',
    'v2e.cosign',
    'v3.cosign',
    'v3e.cosign',
    'imp2-ed25519',
    'imp3-ec-pkcs8',
    'imp3-ec-sec1',
    'imp3-ed25519',
    'imp3-p384',
    'imp3-p521',
    'imp3-rsa2048',
    'imp3-rsa-pkcs1',
  ])('reads what cosign wrote: %s', (name) => {
    const pem = sample(`03-keys/${name}.pub`).toString();
    const key = readPublicKey(pem);
    expect(key.pem).toBe(pem);
    expect(key.keyId).toMatch(/^[0-9a-f]{64}$/);
  });

  it('names a key by sha256 of its SPKI: the hint in a bundle of cosign 3', () => {
    const { keyId } = readPublicKey(sample('03-keys/v3.cosign.pub').toString());
    const hint = sample('05-new-bundle/bundle.sigstore.json').toString();
    expect(hint).toContain(`"hint":"${Buffer.from(keyId, 'hex').toString('base64')}"`);
  });

  it('reads PKCS#1 as the same key', () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pkcs1 = readPublicKey(publicKey.export({ type: 'pkcs1', format: 'pem' }).toString());
    const spki = readPublicKey(publicKey.export({ type: 'spki', format: 'pem' }).toString());
    expect(pkcs1.keyId).toBe(spki.keyId);
  });

  it('refuses a private key and says what to give', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    for (const type of ['pkcs8', 'sec1'] as const) {
      const pem = privateKey.export({ type, format: 'pem' }).toString();
      const error = await expectError(() => readPublicKey(pem), 'KEY_INVALID');
      expect(error.message).toBe('this is a private key: give cosign.pub');
    }
    const encrypted =
      '-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\ne30=\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----\n';
    const error = await expectError(() => readPublicKey(encrypted), 'KEY_INVALID');
    expect(error.message).toContain('private key');
  });

  it.each([
    ['RSA with 1024 bits', spki('rsa', { modulusLength: 1024 }), '1024 bits'],
    ['secp256k1', spki('ec', { namedCurve: 'secp256k1' }), 'secp256k1'],
    ['a P-224 key', spki('ec', { namedCurve: 'secp224r1' }), 'secp224r1'],
    [
      'a certificate',
      '-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n',
      '"CERTIFICATE"',
    ],
    ['damaged DER', '-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----\n', 'decoded'],
    ['no PEM', 'ssh-ed25519 AAAA', 'PEM'],
    ['nothing', '', 'PEM'],
  ])('refuses %s', async (_what, pem, said) => {
    const error = await expectError(() => readPublicKey(pem), 'KEY_INVALID');
    expect(error.message).toContain(said);
  });

  it('refuses two keys in one file: which one would count?', async () => {
    const two = ['v2', 'v3']
      .map((name) => sample(`03-keys/${name}.cosign.pub`).toString())
      .join('');
    await expectError(() => readPublicKey(two), 'KEY_INVALID');
  });

  it('refuses other kinds of key', async () => {
    for (const type of ['x25519', 'ed448'] as const) {
      const make = generateKeyPairSync as (type: string, options: object) => { publicKey: string };
      const { publicKey } = make(type, { publicKeyEncoding: { type: 'spki', format: 'pem' } });
      const error = await expectError(() => readPublicKey(publicKey), 'KEY_INVALID');
      expect(error.message).toContain(type);
    }
  });
});
