import { getSystemErrorMap } from 'node:util';
import { errnoOf, KongcrateError, messageOf } from '../errors/kongcrate-error.ts';

const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'Free some space on that file system and run the command again.',
  EDQUOT: 'Raise the quota or free some space and run the command again.',
  EFBIG: 'Raise the file size limit (ulimit -f) and run the command again.',
  EROFS: 'Mount that file system writable, or give another --lua-root.',
  EACCES: 'Run the command as the user who owns the Lua root, or give another --lua-root.',
  EPERM: 'Run the command as the user who owns the Lua root, or give another --lua-root.',
  EXDEV: 'Keep the whole .kongcrate directory on one file system.',
};

/**
 * What the caller sees of a failed system call: INSTALL_FAILED with path, reason and remedy.
 * Everything else (refusals, faults of our own) comes back as it is.
 */
export function asInstallFailure(thrown: unknown): unknown {
  const errno = errnoOf(thrown);
  if (thrown instanceof KongcrateError || errno === undefined) return thrown;
  const {
    path,
    dest,
    syscall,
    errno: number,
  } = thrown as NodeJS.ErrnoException & {
    dest?: string;
  };
  const words = getSystemErrorMap().get(number ?? 0)?.[1];
  // Node's own `ERR_…` codes are no system calls but faults of a caller.
  if (words === undefined) return thrown;
  const where = dest ?? path ?? 'the Lua root';
  return new KongcrateError(
    'INSTALL_FAILED',
    `cannot ${syscall ?? 'change'} ${where}: ${words} (${errno}); the old state is in place`,
    {
      remedy: REMEDIES[errno] ?? 'Look at that path, put it right and run the command again.',
      cause: thrown,
      details: { errno, path: where },
    },
  );
}

/**
 * The state under a Lua root is not what kongcrate left there.
 * @param path what is damaged
 */
export function damagedState(path: string, what: string, remedy: string): KongcrateError {
  return new KongcrateError('INSTALL_FAILED', `${path} ${what}`, {
    remedy,
    details: { reason: 'DAMAGED', path },
  });
}

/**
 * Does what the next recovery would do otherwise, so that its failure must not fail the caller.
 * @returns what went wrong, if anything
 */
export function attempt(act: () => void): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return messageOf(asInstallFailure(error));
  }
}
