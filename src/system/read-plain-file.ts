import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { errnoOf } from '../errors/kongcrate-error.ts';

// O_NONBLOCK: a FIFO put there would stop us for ever, signals and all.
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** open(2): nothing there, a link, something below a file, a socket. */
const NO_FILE: readonly (string | undefined)[] = ['ENOENT', 'ELOOP', 'ENOTDIR', 'ENXIO'];

/**
 * Reads a regular file whole, and nothing else: no link, no FIFO, no socket.
 * @returns `undefined` when no regular file of at most `maxBytes` stands at that path
 * @throws errno errors, such as EACCES
 */
export function readPlainFile(path: string, maxBytes: number): Buffer | undefined {
  return withPlainFile(path, maxBytes, (descriptor) => readFileSync(descriptor));
}

/** As {@link readPlainFile}, for whoever need not have the file whole. */
export function withPlainFile<Result>(
  path: string,
  maxBytes: number,
  read: (descriptor: number) => Result,
): Result | undefined {
  const descriptor = openPlain(path);
  if (descriptor === undefined) return undefined;
  try {
    const stats = fstatSync(descriptor);
    return stats.isFile() && stats.size <= maxBytes ? read(descriptor) : undefined;
  } finally {
    closeSync(descriptor);
  }
}

function openPlain(path: string): number | undefined {
  try {
    return openSync(path, FLAGS);
  } catch (error) {
    if (NO_FILE.includes(errnoOf(error))) return undefined;
    throw error;
  }
}
