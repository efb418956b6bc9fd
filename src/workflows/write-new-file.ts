import { existsSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { passingPiecesOf, type ByteSource } from '../content/byte-source.ts';
import { asWriteFailure, wordsOfErrno } from '../errors/as-write-failure.ts';
import { errnoOf, KongcrateError } from '../errors/kongcrate-error.ts';
import { linkNew, streamAside, writeAside } from '../system/write-aside.ts';

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
export function writeNewFile(path: string, bytes: ByteSource | string, mode: number): void {
  try {
    const content = typeof bytes === 'string' ? [Buffer.from(bytes)] : passingPiecesOf(bytes);
    writeAside(path, content, { mode, place: linkNew });
  } catch (error) {
    throw failureOf(path, error);
  }
}

/**
 * As {@link writeNewFile}, of content that nobody holds whole.
 * @throws KongcrateError NOT_OURS, INSTALL_FAILED; what the source fails with
 */
export async function streamNewFile(path: string, source: Readable, mode: number): Promise<void> {
  try {
    await streamAside(path, source, { mode, place: linkNew });
  } catch (error) {
    throw failureOf(path, error);
  }
}

function failureOf(path: string, error: unknown): unknown {
  if (errnoOf(error) === 'EEXIST') return alreadyExists(path);
  return wordsOfErrno(error) === undefined ? error : asWriteFailure(path, error);
}

function alreadyExists(path: string): KongcrateError {
  return new KongcrateError('NOT_OURS', `${path} exists`, {
    remedy: 'Name another file, or remove this one first; nothing is overwritten.',
  });
}
