import { existsSync, writeFileSync } from 'node:fs';
import { errnoOf, KongcrateError, messageOf } from '../errors/kongcrate-error.ts';

/**
 * Refuses a path where something stands, before any work is done for it.
 * @throws KongcrateError NOT_OURS
 */
export function demandAbsent(path: string): void {
  if (existsSync(path)) throw exists(path);
}

/**
 * Writes a file that must not exist yet.
 * @param mode permission bits; 0o600 for secrets, 0o644 for the rest
 * @throws KongcrateError NOT_OURS, INSTALL_FAILED
 */
export function writeNewFile(path: string, bytes: Uint8Array | string, mode: number): void {
  try {
    writeFileSync(path, bytes, { flag: 'wx', mode, flush: true });
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') throw exists(path);
    throw new KongcrateError('INSTALL_FAILED', `${path} cannot be written: ${messageOf(error)}`, {
      remedy: 'Check the directory, its permissions and the free space.',
      cause: error,
    });
  }
}

function exists(path: string): KongcrateError {
  return new KongcrateError('NOT_OURS', `${path} exists`, {
    remedy: 'Name another file, or remove this one first; nothing is overwritten.',
  });
}
