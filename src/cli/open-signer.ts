import { isEncryptedKey, openPrivateKey } from '../signing/private-key.ts';
import { createKeySigner, type Signer } from '../signing/signer.ts';
import { isProgramKey } from '../workflows/key-program/program-key.ts';
import type { Context } from './context.ts';
import { nameKey } from './name-key.ts';
import { openKeyOfProgram } from './open-key-of-program.ts';
import { readKeyText } from './read-key-text.ts';
import { readPassword } from './read-password.ts';

export interface OpenSignerOptions {
  readonly context: Context;
  readonly allowUnencryptedKey?: boolean | undefined;
  /** How many seconds a program that keeps the key may take. */
  readonly timeout?: number | undefined;
}

/**
 * Opens the private key of `--key` for signing: a file, asking for its password where it has one, or
 * a key that a program keeps.
 */
export async function openSigner(name: string, options: OpenSignerOptions): Promise<Signer> {
  return (await beginSigner(name, options))();
}

/**
 * As {@link openSigner}, but a key file is opened beside whatever comes next: the scrypt of cosign's
 * keys takes a thread and a while.
 * @returns waits for the signer
 */
export async function beginSigner(
  name: string,
  options: OpenSignerOptions,
): Promise<() => Promise<Signer>> {
  const { context } = options;
  if (isProgramKey(name)) {
    const signer = await openKeyOfProgram(name, options);
    return () => Promise.resolve(signer);
  }
  const pem = readKeyText(name, context);
  const password = isEncryptedKey(pem) ? await readPassword(context) : undefined;
  const opening = openPrivateKey(pem, {
    ...(password === undefined ? {} : { password }),
    allowUnencrypted: options.allowUnencryptedKey === true,
  }).then(createKeySigner, (error: unknown) => {
    throw nameKey(name, error);
  });
  // Whoever waits for it is told; nobody may, where something else fails first.
  opening.catch(() => undefined);
  return () => opening;
}
