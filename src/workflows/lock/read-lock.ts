import { existsSync } from 'node:fs';
import { messageOf } from '../../errors/kongcrate-error.ts';
import { readSourceFile } from '../read-source-file.ts';
import { decodeLock } from './decode-lock.ts';
import type { Lock } from './lock.ts';
import { lockInvalid } from './lock-invalid.ts';

/** Of a lock, wherever it comes from. */
export const MAX_LOCK_BYTES: number = 64 * 1024 * 1024;

/** The lock beside a configuration: `kongcrate.lock` of `kongcrate.yaml`. */
export function lockPathOf(configuration: string): string {
  return `${configuration.replace(/\.ya?ml$/, '')}.lock`;
}

/**
 * Reads the lock of a configuration.
 * @returns `undefined` where there is none
 * @throws KongcrateError LOCK_INVALID, SOURCE_UNREADABLE
 */
export function readLock(configuration: string): Lock | undefined {
  const path = lockPathOf(configuration);
  if (!existsSync(path)) return undefined;
  const text = readSourceFile(path, MAX_LOCK_BYTES).toString('utf8');
  try {
    return decodeLock(text);
  } catch (error) {
    throw lockInvalid(
      `${path} cannot be read: ${messageOf(error)}`,
      'Restore it from version control. Or remove it and run kongcrate lock: nothing is compared with it then.',
    );
  }
}
