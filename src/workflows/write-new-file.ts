import { existsSync } from 'node:fs';
import { asWriteFailure } from '../errors/as-write-failure.ts';
import { errnoOf, KongcrateError } from '../errors/kongcrate-error.ts';
import { linkNew, writeAside } from '../system/write-aside.ts';

/**
 * Refuses a path where something stands, before any work is done for it.
 * @throws KongcrateError NOT_OURS
 */
export function demandAbsent(path: string): void {
  if (existsSync(path)) throw alreadyExists(path);
}

/**
 * Writes a file that must not exist yet, whole or not at all.
 * @param mode permission bits; 0o600 for secrets, 0o644 for the rest
 * @throws KongcrateError NOT_OURS, INSTALL_FAILED
 */
export function writeNewFile(path: string, bytes: Uint8Array | string, mode: number): void {
  try {
    writeAside(path, bytes, { mode, place: linkNew });
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') throw alreadyExists(path);
    throw asWriteFailure(path, error);
  }
}

/** The error for a path where something stands. */
export function alreadyExists(path: string): KongcrateError {
  return new KongcrateError('NOT_OURS', `${path} exists`, {
    remedy: 'Name another file, or remove this one first; nothing is overwritten.',
  });
}
