import { createPrivateKey, type KeyObject } from 'node:crypto';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { ENCRYPTED_KEY_LABELS, openKey } from './cosign-key-file.ts';
import { readPem, type PemBlock } from './pem.ts';
import { toPublicKey, type PublicKey } from './public-key.ts';

/** A private key that is open, with its public half. */
export interface PrivateKey {
  readonly key: KeyObject;
  readonly publicKey: PublicKey;
}

export interface OpenKeyOptions {
  /** The password's bytes; an empty one is a password too. */
  readonly password?: Uint8Array;
  /** Whether PKCS#8, SEC1 and PKCS#1 files without a password are accepted. */
  readonly allowUnencrypted?: boolean;
}

const PLAIN_ENCODINGS: ReadonlyMap<string, 'pkcs8' | 'sec1' | 'pkcs1'> = new Map([
  ['PRIVATE KEY', 'pkcs8'],
  ['EC PRIVATE KEY', 'sec1'],
  ['RSA PRIVATE KEY', 'pkcs1'],
]);

/** Whether a PEM file is a key file of cosign, which a password opens. */
export function isEncryptedKey(pem: string): boolean {
  return ENCRYPTED_KEY_LABELS.includes(readPem(pem)?.label ?? '');
}

/**
 * Opens a private key: `cosign.key` of cosign 1 to 3, or a plain PEM file where that is allowed.
 * @throws KongcrateError KEY_INVALID, KEY_PASSWORD
 */
export async function openPrivateKey(pem: string, options: OpenKeyOptions): Promise<PrivateKey> {
  const block = onlyBlock(pem);
  if (!ENCRYPTED_KEY_LABELS.includes(block.label)) return openPlain(pem, options);
  if (!options.password)
    throw new KongcrateError('KEY_PASSWORD', 'the private key is encrypted: it needs a password', {
      remedy: 'Set COSIGN_PASSWORD (empty, if the key was made with an empty password).',
    });
  const pkcs8 = await openKey(block.der, options.password);
  return toPrivateKey({ label: 'PRIVATE KEY', der: Buffer.from(pkcs8) });
}

/**
 * Reads a private key that no password protects: PKCS#8, SEC1 or PKCS#1.
 * @throws KongcrateError KEY_INVALID
 */
export function readPlainKey(pem: string): PrivateKey {
  if (pem.includes('Proc-Type: 4,ENCRYPTED')) throw encrypted('RFC 1421');
  const block = onlyBlock(pem);
  if (block.label === 'ENCRYPTED PRIVATE KEY') throw encrypted('PKCS#8');
  if (ENCRYPTED_KEY_LABELS.includes(block.label))
    throw new KongcrateError('KEY_INVALID', 'this is a key file of cosign already', {
      remedy: 'Use it as it is: there is nothing to import.',
    });
  return toPrivateKey(block);
}

function openPlain(pem: string, { allowUnencrypted }: OpenKeyOptions): PrivateKey {
  const key = readPlainKey(pem);
  if (allowUnencrypted) return key;
  throw new KongcrateError('KEY_INVALID', 'this private key is not encrypted', {
    remedy: 'Encrypt it with kongcrate import-key-pair, or pass --allow-unencrypted-key.',
  });
}

function onlyBlock(pem: string): PemBlock {
  const block = readPem(pem);
  if (block) return block;
  throw invalid('this is not one PEM block with a private key');
}

function toPrivateKey({ label, der }: PemBlock): PrivateKey {
  if (label.endsWith('PUBLIC KEY'))
    throw invalid('this is a public key: signing needs the private one');
  const type = PLAIN_ENCODINGS.get(label);
  if (!type) throw invalid(`this is a PEM block "${label}", not a private key`);
  const key = decode(der, type);
  return { key, publicKey: toPublicKey(key) };
}

function decode(der: Buffer, type: 'pkcs8' | 'sec1' | 'pkcs1'): KeyObject {
  try {
    return createPrivateKey({ key: der, format: 'der', type });
  } catch (cause) {
    throw invalid(`the private key cannot be decoded as ${type}`, cause);
  }
}

function encrypted(how: string): KongcrateError {
  return new KongcrateError('KEY_INVALID', `this private key is encrypted as ${how}`, {
    remedy: 'Decrypt it first (openssl pkey -in FILE -out PLAIN), then kongcrate import-key-pair.',
  });
}

function invalid(message: string, cause?: unknown): KongcrateError {
  return new KongcrateError('KEY_INVALID', message, {
    remedy: 'Give cosign.key, or make a pair with kongcrate generate-key-pair.',
    cause,
  });
}
