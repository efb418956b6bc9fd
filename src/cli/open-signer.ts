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
  const { context } = options;
  if (isProgramKey(name)) return openKeyOfProgram(name, options);
  const pem = readKeyText(name, context);
  const password = isEncryptedKey(pem) ? await readPassword(context) : undefined;
  try {
    const key = await openPrivateKey(pem, {
      ...(password === undefined ? {} : { password }),
      allowUnencrypted: options.allowUnencryptedKey === true,
    });
    return createKeySigner(key);
  } catch (error) {
    throw nameKey(name, error);
  }
}
