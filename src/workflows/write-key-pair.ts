import { generateKeyPair, importKeyPair } from '../signing/key-pair.ts';
import { readPlainKey } from '../signing/private-key.ts';
import { readPublicKey } from '../signing/public-key.ts';
import { demandAbsent, writeNewFile } from './write-new-file.ts';

export interface KeyPairOptions {
  /**
   * Encrypts the private key; an empty one is used as it is, as cosign does. Whoever has to be asked
   * for it is asked when nothing else stands in the way.
   */
  readonly password: Uint8Array | (() => Promise<Uint8Array>);
  /** `PREFIX.key` and `PREFIX.pub` are written; default `cosign`. */
  readonly prefix?: string;
}

export interface WrittenKeyPair {
  readonly privateKeyFile: string;
  readonly publicKeyFile: string;
  /** sha256 over the SubjectPublicKeyInfo, hex. */
  readonly keyId: string;
}

/**
 * Makes a P-256 key pair in cosign's files. Existing files are never overwritten.
 * @throws KongcrateError NOT_OURS, INSTALL_FAILED
 */
export async function writeKeyPair(options: KeyPairOptions): Promise<WrittenKeyPair> {
  const files = keyFiles(options);
  return write(files, await generateKeyPair(await passwordOf(options)));
}

/**
 * Turns a PEM private key (PKCS#1, SEC1 or PKCS#8) into cosign's files.
 * @throws KongcrateError KEY_INVALID, NOT_OURS, INSTALL_FAILED
 */
export async function writeImportedKeyPair(
  privateKeyPem: string,
  options: KeyPairOptions,
): Promise<WrittenKeyPair> {
  const files = keyFiles(options);
  readPlainKey(privateKeyPem);
  return write(files, await importKeyPair(privateKeyPem, await passwordOf(options)));
}

async function passwordOf({ password }: KeyPairOptions): Promise<Uint8Array> {
  return typeof password === 'function' ? password() : password;
}

function keyFiles({ prefix = 'cosign' }: KeyPairOptions): Omit<WrittenKeyPair, 'keyId'> {
  const files = { privateKeyFile: `${prefix}.key`, publicKeyFile: `${prefix}.pub` };
  demandAbsent(files.privateKeyFile);
  demandAbsent(files.publicKeyFile);
  return files;
}

function write(
  files: Omit<WrittenKeyPair, 'keyId'>,
  pair: { readonly privateKeyPem: string; readonly publicKeyPem: string },
): WrittenKeyPair {
  writeNewFile(files.privateKeyFile, pair.privateKeyPem, 0o600);
  writeNewFile(files.publicKeyFile, pair.publicKeyPem, 0o644);
  return { ...files, keyId: readPublicKey(pair.publicKeyPem).keyId };
}
