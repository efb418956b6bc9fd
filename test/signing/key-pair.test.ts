import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readPem } from '../../src/signing/pem.ts';
import { generateKeyPair, importKeyPair } from '../../src/signing/key-pair.ts';
import { openPrivateKey } from '../../src/signing/private-key.ts';
import { expectError } from '../support/expect-error.ts';
import { sample, sha256Hex } from './support.ts';

const PASSWORD = Buffer.from('pässword');
const pemOf = (key: KeyObject, type: 'pkcs8' | 'sec1' | 'pkcs1'): string =>
  key.export({ type, format: 'pem' } as { type: 'pkcs8'; format: 'pem' }).toString();

/** Every value blanked: what is left is the shape, the order of keys, and the lengths. */
const shapeOf = (json: string): string => json.replace(/[A-Za-z0-9+/]{20,}=*/g, 'X');

describe('generateKeyPair', () => {
  it('makes a P-256 pair in the shape of cosign that its password opens', async () => {
    const { privateKeyPem, publicKeyPem } = await generateKeyPair(PASSWORD);
    const lines = privateKeyPem.split('\n');
    expect(lines[0]).toBe('-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----');
    expect(lines.at(-1)).toBe('');
    expect(new Set(lines.slice(1, -3).map(({ length }) => length))).toEqual(new Set([64]));
    const json = readPem(privateKeyPem)?.der.toString() ?? '';
    const cosign = sample('03-keys/v3.key.json').toString();
    expect(shapeOf(json)).toBe(shapeOf(cosign));
    expect(json).toHaveLength(cosign.length);
    const opened = await openPrivateKey(privateKeyPem, { password: PASSWORD });
    expect(opened.key.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    expect(opened.publicKey.pem).toBe(publicKeyPem);
  });

  it('encrypts with an empty password too', async () => {
    const { privateKeyPem } = await generateKeyPair(new Uint8Array());
    await expectError(() => openPrivateKey(privateKeyPem, {}), 'KEY_PASSWORD');
    await openPrivateKey(privateKeyPem, { password: new Uint8Array() });
  });

  it('never makes the same twice', async () => {
    const [one, two] = await Promise.all([generateKeyPair(PASSWORD), generateKeyPair(PASSWORD)]);
    expect(one.privateKeyPem).not.toBe(two.privateKeyPem);
    expect(one.publicKeyPem).not.toBe(two.publicKeyPem);
  });
});

describe('importKeyPair', () => {
  const ec = generateKeyPairSync('ec', { namedCurve: 'secp384r1' }).privateKey;
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const ed25519 = generateKeyPairSync('ed25519').privateKey;

  it.each([
    ['EC as SEC1', pemOf(ec, 'sec1')],
    ['EC as PKCS#8', pemOf(ec, 'pkcs8')],
    ['EC with the parameters openssl writes first', withParameters(pemOf(ec, 'sec1'))],
    ['RSA as PKCS#1', pemOf(rsa, 'pkcs1')],
    ['RSA as PKCS#8', pemOf(rsa, 'pkcs8')],
    ['Ed25519', pemOf(ed25519, 'pkcs8')],
  ])('keeps the key of %s', async (_what, pem) => {
    const { privateKeyPem, publicKeyPem } = await importKeyPair(pem, PASSWORD);
    const opened = await openPrivateKey(privateKeyPem, { password: PASSWORD });
    const before = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' });
    const after = opened.key.export({ type: 'pkcs8', format: 'der' });
    expect(sha256Hex(after)).toBe(sha256Hex(before));
    expect(opened.publicKey.pem).toBe(publicKeyPem);
  });

  it.each([
    ['secp256k1', generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey],
    ['RSA with 1024 bits', generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey],
  ])('refuses %s', async (_what, key) => {
    await expectError(() => importKeyPair(pemOf(key, 'pkcs8'), PASSWORD), 'KEY_INVALID');
  });

  it('refuses encrypted PKCS#8 and says how to decrypt it', async () => {
    const pem = ec
      .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
      .toString();
    const error = await expectError(() => importKeyPair(pem, PASSWORD), 'KEY_INVALID');
    expect(error.remedy).toContain('openssl pkey');
  });
});

function withParameters(pem: string): string {
  return `-----BEGIN EC PARAMETERS-----\nBgUrgQQAIg==\n-----END EC PARAMETERS-----\n${pem}`;
}
