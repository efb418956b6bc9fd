import { generateKeyPair as generate } from 'node:crypto';
import { promisify } from 'node:util';
import { sealKey } from './cosign-key-file.ts';
import { readPlainKey, type PrivateKey } from './private-key.ts';
import { toPublicKey } from './public-key.ts';

/** The two files of a key pair, as cosign 2 and 3 read and write them. */
export interface KeyPair {
  /** `cosign.key`: encrypted, to be kept at mode 0600. */
  readonly privateKeyPem: string;
  /** `cosign.pub` */
  readonly publicKeyPem: string;
}

/**
 * Makes a P-256 key pair: the one kind that every version of cosign signs and verifies alike.
 * @param password its bytes; an empty password still encrypts, as in cosign
 */
export async function generateKeyPair(password: Uint8Array): Promise<KeyPair> {
  const { privateKey } = await promisify(generate)('ec', { namedCurve: 'prime256v1' });
  return seal({ key: privateKey, publicKey: toPublicKey(privateKey) }, password);
}

/**
 * Encrypts an existing private key (PKCS#8, SEC1 or PKCS#1 PEM) into a pair of cosign's shape.
 * @throws KongcrateError KEY_INVALID: encrypted already, or a kind of key that is not accepted
 */
export async function importKeyPair(pem: string, password: Uint8Array): Promise<KeyPair> {
  return seal(readPlainKey(pem), password);
}

async function seal({ key, publicKey }: PrivateKey, password: Uint8Array): Promise<KeyPair> {
  const pkcs8 = key.export({ type: 'pkcs8', format: 'der' });
  return { privateKeyPem: await sealKey(pkcs8, password), publicKeyPem: publicKey.pem };
}
