import { closeSync, constants, fstatSync, fsyncSync, openSync, type Stats } from 'node:fs';
import { errnoOf, KongcrateError } from '../../errors/kongcrate-error.ts';

/** A directory of ours that is held open. */
export interface OwnDirectory {
  /** Leads to this very directory, whatever stands at its path by now (proc_pid_fd(5)). */
  readonly path: string;
  /** Puts the names in it on the disk. */
  readonly sync: () => void;
}

const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = constants;

/**
 * Works in a directory that only we can have written: ours, and closed to all others. Kong's packages
 * give the prefix to the user `kong`, who can exchange whatever stands in it at any moment; so the
 * directory is opened once, judged as it is open, and used through that.
 * @returns what `act` returns; `undefined` where there is no such directory, or we may not look
 * @throws KongcrateError NOT_OURS; what `act` throws
 */
export function inOwnDirectory<Result>(
  path: string,
  act: (directory: OwnDirectory) => Result,
): Result | undefined {
  const descriptor = openDirectory(path);
  if (descriptor === undefined) return undefined;
  try {
    demandOwn(path, fstatSync(descriptor));
    const sync = (): void => {
      fsyncSync(descriptor);
    };
    return act({ path: `/proc/self/fd/${descriptor}`, sync });
  } finally {
    closeSync(descriptor);
  }
}

function openDirectory(path: string): number | undefined {
  try {
    return openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === undefined) throw error;
    // A link or a file that somebody put there is refused, and not taken for nothing.
    if (errno === 'ELOOP' || errno === 'ENOTDIR') throw notOurs(path, 'is no directory');
    return undefined;
  }
}

function demandOwn(path: string, { uid, mode }: Stats): void {
  const isOpen = (mode & 0o077) !== 0;
  if (uid === process.geteuid?.() && !isOpen) return;
  const others = isOpen ? ', and others may use it' : '';
  throw notOurs(path, `belongs to the user with uid ${uid}${others}`);
}

function notOurs(path: string, what: string): KongcrateError {
  return new KongcrateError(
    'NOT_OURS',
    `${path} ${what}: an activation that was cut off is undone by whoever began it`,
    {
      remedy: `Run the command as that user first. If nobody there uses kongcrate, remove ${path}.`,
      details: { reason: 'OWNER', path },
    },
  );
}
