import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';
import { KongcrateError, messageOf } from './kongcrate-error.ts';

const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'Free some space on that file system and run the command again.',
  EDQUOT: 'Raise the quota or free some space and run the command again.',
  EFBIG: 'Raise the file size limit (ulimit -f) and run the command again.',
  EROFS: 'Mount that file system writable, or name another directory.',
  EACCES: 'Run the command as the user who owns that path, or name another directory.',
  EPERM: 'Run the command as the user who owns that path, or name another directory.',
  EEXIST: 'A file stands where a directory is needed: move it away, or name another directory.',
  ENOTDIR: 'A file stands where a directory is needed: move it away, or name another directory.',
  ENOENT: 'Make the directory first, or check the path.',
  ENAMETOOLONG: 'Choose a shorter name or another directory.',
  EXDEV: 'Keep the whole directory on one file system.',
};

/**
 * What the caller sees of a failed call on a file or directory: INSTALL_FAILED with the path, the
 * operating system's reason in words, and a remedy for it. `details` hold `errno` and `path`.
 * @param path what was to be written, as the caller knows it
 */
export function asWriteFailure(path: string, thrown: unknown): KongcrateError {
  const call = thrown instanceof Error && 'syscall' in thrown ? String(thrown.syscall) : 'write';
  const errno = nameOfErrno(thrown) ?? 'unknown';
  const words = wordsOfErrno(thrown) ?? messageOf(thrown);
  return new KongcrateError('INSTALL_FAILED', `cannot ${call} ${path}: ${words} (${errno})`, {
    remedy: REMEDIES[errno] ?? 'Look at that path, put it right and run the command again.',
    cause: thrown,
    details: { errno, path },
  });
}

/** The operating system's words for a failed call; Node's own `ERR_…` are no such errors. */
export function wordsOfErrno(thrown: unknown): string | undefined {
  const number = numberOf(thrown);
  // libuv has no words for EDQUOT and ESTALE: a full quota is no fault of kongcrate all the same.
  return getSystemErrorMap().get(number)?.[1] ?? (number < 0 ? nameOfErrno(thrown) : undefined);
}

function nameOfErrno(thrown: unknown): string | undefined {
  const number = numberOf(thrown);
  const named = Object.entries(constants.errno).find(([, value]) => value === -number);
  return getSystemErrorMap().get(number)?.[0] ?? named?.[0];
}

function numberOf(thrown: unknown): number {
  return thrown instanceof Error && 'errno' in thrown ? Number(thrown.errno) : 0;
}
