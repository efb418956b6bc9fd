import { readPublicKey, type PublicKey } from '../signing/public-key.ts';
import { isProgramKey } from '../workflows/key-program/program-key.ts';
import type { Context } from './context.ts';
import { nameKey } from './name-key.ts';
import { openKeyOfProgram } from './open-key-of-program.ts';
import { readKeyText } from './read-key-text.ts';

export interface KeyOptions {
  readonly context: Context;
  /** How many seconds a program that keeps a key may take. */
  readonly timeout?: number | undefined;
}

/**
 * Reads the public keys that a flag names: files, variables, keys that programs keep.
 * @throws KongcrateError KEY_INVALID, SOURCE_UNREADABLE, SIGNING_SERVICE_ERROR, TIMED_OUT
 */
export async function readTrustedKeys(
  names: readonly string[],
  options: KeyOptions,
): Promise<readonly PublicKey[]> {
  const keys = [];
  for (const name of names) keys.push(await readTrustedKey(name, options));
  return keys;
}

async function readTrustedKey(name: string, options: KeyOptions): Promise<PublicKey> {
  if (isProgramKey(name)) return (await openKeyOfProgram(name, options)).identity;
  const pem = readKeyText(name, options.context);
  try {
    return readPublicKey(pem);
  } catch (error) {
    throw nameKey(name, error);
  }
}
