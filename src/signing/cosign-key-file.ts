import { randomBytes, scrypt } from 'node:crypto';
import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { writePem } from './pem.ts';

/** The labels of cosign's key files, today's and the one of cosign 1. */
export const ENCRYPTED_KEY_LABELS: readonly string[] = [
  'ENCRYPTED SIGSTORE PRIVATE KEY',
  'ENCRYPTED COSIGN PRIVATE KEY',
];

/** What go-securesystemslib accepts. A file could ask for gigabytes of memory otherwise. */
const ALLOWED_COSTS: readonly number[] = [32_768, 65_536, 131_072];
const COST = 65_536;
const BLOCK_SIZE = 8;
const PARALLELIZATION = 1;
const KEY_BYTES = 32;
const SALT_BYTES = 32;
const NONCE_BYTES = 24;

interface KeyFile {
  readonly cost: number;
  readonly salt: Buffer;
  readonly nonce: Buffer;
  readonly ciphertext: Buffer;
}

/** Encrypts a PKCS#8 key with a password into the PEM text of `cosign.key`. */
export async function sealKey(pkcs8: Uint8Array, password: Uint8Array): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const key = await deriveKey(password, salt, COST);
  const ciphertext = Buffer.from(xsalsa20poly1305(key, nonce).encrypt(pkcs8));
  const file = {
    kdf: {
      name: 'scrypt',
      params: { N: COST, r: BLOCK_SIZE, p: PARALLELIZATION },
      salt: salt.toString('base64'),
    },
    cipher: { name: 'nacl/secretbox', nonce: nonce.toString('base64') },
    ciphertext: ciphertext.toString('base64'),
  };
  return writePem('ENCRYPTED SIGSTORE PRIVATE KEY', Buffer.from(JSON.stringify(file)));
}

/**
 * Decrypts the content of a cosign key file.
 * @returns the key as PKCS#8 DER
 * @throws KongcrateError KEY_INVALID, KEY_PASSWORD
 */
export async function openKey(content: Uint8Array, password: Uint8Array): Promise<Uint8Array> {
  const file = parseKeyFile(content);
  const key = await deriveKey(password, file.salt, file.cost);
  try {
    return xsalsa20poly1305(key, file.nonce).decrypt(file.ciphertext);
  } catch (cause) {
    throw new KongcrateError('KEY_PASSWORD', 'the password does not open this private key', {
      remedy: 'Check COSIGN_PASSWORD; a newline from echo or a pipe is part of the password.',
      cause,
    });
  }
}

function parseKeyFile(content: Uint8Array): KeyFile {
  const file = asObject(parseJson(content), 'the key file');
  const kdf = asObject(file['kdf'], 'kdf');
  const { name } = kdf;
  const { N, r, p } = asObject(kdf['params'], 'kdf.params');
  const costs = `${String(name)} N=${String(N)} r=${String(r)} p=${String(p)}`;
  const cost = ALLOWED_COSTS.find((allowed) => allowed === N);
  if (name !== 'scrypt' || !cost || r !== BLOCK_SIZE || p !== PARALLELIZATION)
    throw invalid(`its key derivation is ${costs}, which no cosign writes`);
  const cipher = asObject(file['cipher'], 'cipher');
  if (cipher['name'] !== 'nacl/secretbox') throw invalid('its cipher is not nacl/secretbox');
  const nonce = asBytes(cipher['nonce'], 'cipher.nonce');
  if (nonce.length !== NONCE_BYTES) throw invalid(`its nonce has ${nonce.length} bytes, not 24`);
  const salt = asBytes(kdf['salt'], 'kdf.salt');
  return { cost, salt, nonce, ciphertext: asBytes(file['ciphertext'], 'ciphertext') };
}

function parseJson(content: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(content).toString('utf8'));
  } catch (cause) {
    throw invalid('its content is no JSON', cause);
  }
}

function asObject(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  throw invalid(`${what} is no JSON object`);
}

function asBytes(value: unknown, what: string): Buffer {
  if (typeof value === 'string') return Buffer.from(value, 'base64');
  throw invalid(`${what} is no base64 text`);
}

function deriveKey(password: Uint8Array, salt: Uint8Array, cost: number): Promise<Buffer> {
  const options = {
    N: cost,
    r: BLOCK_SIZE,
    p: PARALLELIZATION,
    // Node's default limit of 32 MiB is below what cosign's own parameters need.
    maxmem: 128 * cost * BLOCK_SIZE * 2,
  };
  return new Promise((resolve, reject) => {
    scrypt(password, salt, KEY_BYTES, options, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}

function invalid(what: string, cause?: unknown): KongcrateError {
  return new KongcrateError('KEY_INVALID', `this is no private key of cosign: ${what}`, {
    remedy: 'Give cosign.key as cosign or kongcrate generate-key-pair wrote it.',
    cause,
  });
}
