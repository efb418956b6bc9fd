import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { writePem } from '../../src/signing/pem.ts';
import { isEncryptedKey, openPrivateKey } from '../../src/signing/private-key.ts';
import { expectError } from '../support/expect-error.ts';
import { sample, toBytes } from './support.ts';

const TESTPASS = Buffer.from('testpass');
const keyFile = (json: Uint8Array, label = 'ENCRYPTED SIGSTORE PRIVATE KEY'): string =>
  writePem(label, json);
const changed = (change: (file: KeyFile) => void): string => {
  const file = JSON.parse(sample('03-keys/v3.key.json').toString()) as KeyFile;
  change(file);
  return keyFile(toBytes(file));
};

interface KeyFile {
  kdf: { name: string; params: { N: number; r: number; p: number }; salt?: string };
  cipher: { name: string; nonce: string };
  ciphertext: string;
}

describe('openPrivateKey: keys of cosign', () => {
  it.each([
    ['v2', 'testpass'],
    ['v3', 'testpass'],
    ['v2e', ''],
    ['v3e', ''],
  ])('opens %s with the passphrase "%s"', async (name, password) => {
    const pem = keyFile(sample(`03-keys/${name}.key.json`));
    const { publicKey } = await openPrivateKey(pem, { password: Buffer.from(password) });
    expect(publicKey.pem).toBe(sample(`03-keys/${name}.cosign.pub`).toString());
  });

  it('opens the label of cosign 1', async () => {
    const pem = keyFile(sample('03-keys/v3.key.json'), 'ENCRYPTED COSIGN PRIVATE KEY');
    expect(isEncryptedKey(pem)).toBe(true);
    const { key } = await openPrivateKey(pem, { password: TESTPASS });
    expect(key.asymmetricKeyType).toBe('ec');
  });

  it.each(['', 'testpass\n', 'Testpass'])('refuses the password %j', async (password) => {
    const pem = keyFile(sample('03-keys/v3.key.json'));
    await expectError(
      () => openPrivateKey(pem, { password: Buffer.from(password) }),
      'KEY_PASSWORD',
    );
  });

  it('names COSIGN_PASSWORD when there is no password', async () => {
    const pem = keyFile(sample('03-keys/v3.key.json'));
    const error = await expectError(
      () => openPrivateKey(pem, { allowUnencrypted: true }),
      'KEY_PASSWORD',
    );
    expect(error.remedy).toContain('COSIGN_PASSWORD');
  });

  it.each<[string, (file: KeyFile) => void, string]>([
    ['N of 2^30', (file) => (file.kdf.params.N = 2 ** 30), 'N=1073741824'],
    ['a low N', (file) => (file.kdf.params.N = 1024), 'N=1024'],
    ['r of 1024', (file) => (file.kdf.params.r = 1024), 'r=1024'],
    ['p of 4096', (file) => (file.kdf.params.p = 4096), 'p=4096'],
    ['another derivation', (file) => (file.kdf.name = 'argon2id'), 'argon2id'],
    ['another cipher', (file) => (file.cipher.name = 'none'), 'cipher'],
    ['a short nonce', (file) => (file.cipher.nonce = 'AAAA'), 'nonce has 3 bytes'],
    ['no salt', (file) => delete file.kdf.salt, 'kdf.salt'],
  ])('refuses %s before it computes anything', async (_what, change, said) => {
    const error = await expectError(
      () => openPrivateKey(changed(change), { password: TESTPASS }),
      'KEY_INVALID',
    );
    expect(error.message).toContain(said);
  });

  it.each(['not json', '[]', 'null', '{"kdf":null}'])('refuses the content %s', async (content) => {
    await expectError(
      () => openPrivateKey(keyFile(toBytes(content)), { password: TESTPASS }),
      'KEY_INVALID',
    );
  });

  it('refuses a changed ciphertext', async () => {
    const pem = changed((file) => (file.ciphertext = `A${file.ciphertext.slice(1)}`));
    await expectError(() => openPrivateKey(pem, { password: TESTPASS }), 'KEY_PASSWORD');
  });
});

describe('openPrivateKey: plain PEM', () => {
  const ec = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const plain = [
    ['PKCS#8', ec.export({ type: 'pkcs8', format: 'pem' }).toString(), 'ec'],
    ['SEC1', ec.export({ type: 'sec1', format: 'pem' }).toString(), 'ec'],
    ['PKCS#1', rsa.export({ type: 'pkcs1', format: 'pem' }).toString(), 'rsa'],
  ] as const;

  it.each(plain)('opens %s where it is allowed, and only there', async (_what, pem, type) => {
    expect(isEncryptedKey(pem)).toBe(false);
    const { key } = await openPrivateKey(pem, { allowUnencrypted: true });
    expect(key.asymmetricKeyType).toBe(type);
    const error = await expectError(
      () => openPrivateKey(pem, { password: TESTPASS }),
      'KEY_INVALID',
    );
    expect(error.remedy).toContain('--allow-unencrypted-key');
  });

  it.each([
    ['a public key', sample('03-keys/v3.cosign.pub').toString(), 'this is a public key'],
    ['no PEM', 'hello', 'PEM'],
    [
      'encrypted PKCS#8',
      ec
        .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
        .toString(),
      'encrypted as PKCS#8',
    ],
    [
      'PEM encryption of openssl',
      rsa
        .export({ type: 'pkcs1', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
        .toString(),
      'encrypted as RFC 1421',
    ],
  ])('refuses %s', async (_what, pem, said) => {
    const error = await expectError(
      () => openPrivateKey(pem, { allowUnencrypted: true }),
      'KEY_INVALID',
    );
    expect(error.message).toContain(said);
  });

  it('never puts key material into an error', async () => {
    for (const [, pem] of plain) {
      const error = await expectError(() => openPrivateKey(pem, {}), 'KEY_INVALID');
      const secret = pem.split('\n')[1] ?? '';
      expect(JSON.stringify([error.message, error.remedy, error.details])).not.toContain(secret);
    }
  });
});
