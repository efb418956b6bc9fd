import { randomBytes } from 'node:crypto';
import {
  closeSync,
  createWriteStream,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { errnoOf } from '../errors/kongcrate-error.ts';

export interface WriteAsideOptions {
  /** Permission bits, which the umask narrows. */
  readonly mode: number;
  /** Gives the finished file its name: {@link linkNew}, or `renameSync` to replace what is there. */
  readonly place: (aside: string, path: string) => void;
}

/**
 * Writes a file whole or not at all: beside its place and down to the disk first, then into place
 * in one step. A failure leaves nothing behind.
 * @throws the system call's own error
 */
export function writeAside(
  path: string,
  content: Uint8Array | string | Iterable<Uint8Array>,
  { mode, place }: WriteAsideOptions,
): void {
  const aside = asideOf(path);
  try {
    writeSynced(aside, content, mode);
    place(aside, path);
  } finally {
    removeAside(aside);
  }
  syncDirectory(dirname(path));
}

/**
 * As {@link writeAside}, of content that nobody holds whole.
 * @throws the system call's own error, and what the source fails with
 */
export async function streamAside(
  path: string,
  source: Readable,
  { mode, place }: WriteAsideOptions,
): Promise<void> {
  const aside = asideOf(path);
  try {
    await pipeline(source, createWriteStream(aside, { flags: 'wx', mode, flush: true }));
    place(aside, path);
  } finally {
    removeAside(aside);
  }
  syncDirectory(dirname(path));
}

function writeSynced(path: string, content: Parameters<typeof writeAside>[1], mode: number): void {
  const descriptor = openSync(path, 'wx', mode);
  try {
    const isWhole = typeof content === 'string' || content instanceof Uint8Array;
    for (const piece of isWhole ? [content] : content) writeFileSync(descriptor, piece);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function asideOf(path: string): string {
  // Cut, since the name alone may have the 255 bytes that a file system allows.
  const name = `${basename(path).slice(0, 50)}.${randomBytes(6).toString('hex')}.partial`;
  return join(dirname(path), name);
}

/** Never the reason to fail: what is left of an unlikely name is in nobody's way. */
function removeAside(aside: string): void {
  try {
    rmSync(aside, { force: true });
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
  }
}

const NO_HARD_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/**
 * Gives a finished file a name that nothing has yet.
 * @param link link(2), which never overwrites
 * @throws EEXIST, and the system call's own error
 */
export function linkNew(aside: string, path: string, link: typeof linkSync = linkSync): void {
  try {
    link(aside, path);
  } catch (error) {
    if (!NO_HARD_LINKS.has(errnoOf(error) ?? '')) throw error;
    renameNew(aside, path);
  }
}

/**
 * For FAT and some network file systems. Node has no RENAME_NOREPLACE: the name is taken with an
 * empty file first, so only what another program put in its place within that moment would be lost.
 */
function renameNew(aside: string, path: string): void {
  closeSync(openSync(path, 'wx'));
  try {
    renameSync(aside, path);
  } catch (error) {
    unlinkSync(path);
    throw error;
  }
}

/** As far as it goes: some file systems cannot, some users may not; the file itself is whole. */
function syncDirectory(path: string): void {
  try {
    const descriptor = openSync(path, 'r');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (errnoOf(error) === 'EIO') throw error;
  }
}
