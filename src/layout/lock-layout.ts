import { closeSync, openSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
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
 * Keeps other writers away from index.json while it is read, changed and replaced: two publishers
 * on one layout must not lose one another's entries. Other tools know nothing of this lock.
 * @returns ends the lock
 * @throws KongcrateError NODE_BUSY, INSTALL_FAILED
 */
export function lockLayout(directory: string, options?: LockOptions): Promise<() => void> {
  return lockWith(join(directory, '.kongcrate.lock'), options);
}

/** As {@link lockLayout}, with a lock file of one's own. */
export async function lockWith(
  path: string,
  { staleAfterMs = STALE_AFTER_MS, waitMs = 2 * staleAfterMs }: LockOptions = {},
): Promise<() => void> {
  const endMs = Date.now() + waitMs;
  while (!take(path)) {
    if (isStale(path, staleAfterMs)) rmSync(path, { force: true });
    else if (Date.now() > endMs) throw busy(path);
    else await setTimeout(POLL_MS);
  }
  return () => {
    rmSync(path, { force: true });
  };
}

function take(path: string): boolean {
  try {
    closeSync(openSync(path, 'wx'));
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw asWriteFailure(path, error);
  }
}

function isStale(path: string, staleAfterMs: number): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && Date.now() - stats.mtimeMs > staleAfterMs;
}

function busy(path: string): KongcrateError {
  return new KongcrateError('NODE_BUSY', `another kongcrate is at work: ${path}`, {
    remedy: 'Run the command again; if nothing is at work there, remove that file.',
  });
}
