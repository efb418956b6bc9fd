import { closeSync, lstatSync, openSync, rmSync, type Stats } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { asWriteFailure } from '../errors/as-write-failure.ts';
import { errnoOf, KongcrateError } from '../errors/kongcrate-error.ts';

/** A change of one file takes milliseconds: a lock of this age belongs to nobody any more. */
const STALE_AFTER_MS = 30_000;
const POLL_MS = 10;

export interface LockOptions {
  /** How long another writer is waited for; longer than a lock can stay behind. */
  readonly waitMs?: number;
  readonly staleAfterMs?: number;
}

/**
 * Keeps other kongcrates away from a file while it is read, changed and replaced; other programs know
 * nothing of it.
 * @param path the lock, a file of its own
 * @returns ends the lock
 * @throws KongcrateError NODE_BUSY; NOT_OURS where something else stands there; INSTALL_FAILED
 */
export async function lockFile(
  path: string,
  { staleAfterMs = STALE_AFTER_MS, waitMs = 2 * staleAfterMs }: LockOptions = {},
): Promise<() => void> {
  const endMs = performance.now() + waitMs;
  for (;;) {
    const release = tryLock(path, staleAfterMs);
    if (release) return release;
    if (performance.now() > endMs) throw busy(path);
    await setTimeout(POLL_MS);
  }
}

/**
 * Of all who see the same stale lock only the one with the claim on it may remove it, and only while
 * that very lock stands there: by then it may be the new one of somebody who was faster. A claim is a
 * lock like any other, so that one that stays behind is taken over in turn.
 */
function tryLock(path: string, staleAfterMs: number): (() => void) | undefined {
  const own = create(path);
  if (own !== undefined) return endOf(path, own);
  const found = lookAt(path);
  if (!found || Date.now() - found.mtimeMs <= staleAfterMs) return undefined;
  const stale = identityOf(found);
  const unclaim = tryLock(`${path}.${stale}`, staleAfterMs);
  if (!unclaim) return undefined;
  endOf(path, stale)();
  unclaim();
  return tryLock(path, staleAfterMs);
}

/** @returns which lock it is, where there was none */
function create(path: string): string | undefined {
  try {
    closeSync(openSync(path, 'wx'));
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return undefined;
    throw asWriteFailure(path, error);
  }
  // By path: some network file systems set the time when the file is closed.
  const made = lookAt(path);
  return made && identityOf(made);
}

function endOf(path: string, identity: string): () => void {
  return () => {
    const found = lookAt(path);
    if (found && identityOf(found) === identity) rmSync(path, { force: true });
  };
}

/** An inode number comes again, and never with the time of a lock that is older than others wait. */
const identityOf = ({ ino, mtimeMs }: Stats): string => `${ino}-${mtimeMs}`;

function lookAt(path: string): Stats | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats || stats.isFile()) return stats;
  throw new KongcrateError('NOT_OURS', `${path} is no file, and a lock has to stand there`, {
    remedy: 'Move it away and run the command again.',
    details: { reason: 'NOT_A_FILE', path },
  });
}

function busy(path: string): KongcrateError {
  return new KongcrateError('NODE_BUSY', `another kongcrate is at work: ${path}`, {
    remedy: 'Run the command again; if nothing is at work there, remove that file.',
  });
}
