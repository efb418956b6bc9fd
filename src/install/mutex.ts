import { setTimeout } from 'node:timers/promises';
import { errnoOf, KongcrateError } from '../errors/kongcrate-error.ts';
import { actAs } from './act-as.ts';
import { attempt } from './install-failure.ts';
import { prepareInstallRoot, type CheckedRoot } from './install-root.ts';
import { throwIfInterrupted } from './interruption.ts';
import { lookAt } from './look-at.ts';
import { describeHolder, isGone, parseHolder, type MutexHolder } from './mutex-holder.ts';
import { FILE_MODE, statePath, temporaryPath } from './node-paths.ts';
import { readPlainFile } from '../system/read-plain-file.ts';

const POLL_MS = 50;
/** A holder takes some 300 bytes. */
const MAX_HOLDER_BYTES = 4096;

/** The right to change what stands under a Lua root; one process has it at a time. */
export interface Mutex {
  isHeld(): boolean;
  /** @throws KongcrateError NODE_BUSY when another process took the mutex meanwhile */
  assertHeld(): void;
  release(): void;
}

/**
 * Makes what is missing of the root and takes its mutex, waiting `lockWaitMs` for whoever has it.
 * One whose process is gone is taken over.
 * @throws KongcrateError NODE_BUSY naming the holder, INTERRUPTED; NOT_OURS; errno errors
 */
export async function acquireMutex(root: CheckedRoot, signal?: AbortSignal): Promise<Mutex> {
  const path = statePath(root.path, 'mutex');
  const self = describeHolder(root.now());
  const deadlineMs = performance.now() + root.lockWaitMs;
  while (!tryToHold(root, path, self)) {
    throwIfInterrupted(signal);
    if (performance.now() >= deadlineMs) throw busy(path, readHolder(path));
    await setTimeout(POLL_MS, undefined, signal ? { signal } : {}).catch(() => {
      throwIfInterrupted(signal);
    });
  }
  const isHeld = (): boolean => isSame(readHolder(path), self);
  return {
    isHeld,
    assertHeld() {
      if (!isHeld()) throw busy(path, readHolder(path));
    },
    release() {
      if (isHeld()) root.files.unlink(path);
    },
  };
}

type Holder = ReturnType<typeof parseHolder> | undefined;

function tryToHold(root: CheckedRoot, path: string, self: MutexHolder): boolean {
  const holder = readHolder(path);
  if (holder === undefined)
    return place(root, self, (file) => {
      root.files.link(file, path);
    });
  if (holder === 'unknown' || !isGone(holder)) return false;
  return takeOver(root, path, { self, gone: holder });
}

/**
 * Replaces a holder that is gone. Of several processes that see it only the one with the claim
 * named after its nonce may do so, and only while it still stands there; a nonce never returns.
 * A claim is held like the mutex itself, so one whose process ended is taken over in turn.
 */
function takeOver(
  root: CheckedRoot,
  path: string,
  { self, gone }: { self: MutexHolder; gone: MutexHolder },
): boolean {
  const claim = statePath(root.path, 'tmp', `claim-${gone.nonce}`);
  if (!tryToHold(root, claim, self)) return false;
  try {
    if (!isSame(readHolder(path), gone)) return false;
    return place(root, self, (file) => {
      root.files.rename(file, path);
    });
  } finally {
    attempt(() => {
      root.files.removeTree(claim);
    });
  }
}

/** Writes who we are to a file and puts it in place; false when somebody was faster. */
function place(root: CheckedRoot, self: MutexHolder, put: (file: string) => void): boolean {
  const candidate = temporaryPath(root.path, 'mutex');
  try {
    // Each time: a holder that leaves nothing behind takes the directories away at its end.
    actAs(root.owner, () => {
      prepareInstallRoot(root);
    });
    root.files.writeFile(candidate, Buffer.from(`${JSON.stringify(self)}\n`), FILE_MODE);
    put(candidate);
    return true;
  } catch (error) {
    // ENOENT: a holder emptied tmp, or took it away, between two calls.
    if (errnoOf(error) === 'EEXIST' || errnoOf(error) === 'ENOENT') return false;
    throw error;
  } finally {
    attempt(() => {
      root.files.removeTree(candidate);
    });
  }
}

function readHolder(path: string): Holder {
  const bytes = readPlainFile(path, MAX_HOLDER_BYTES);
  if (bytes) return parseHolder(bytes.toString('utf8'));
  return lookAt(path) ? 'unknown' : undefined;
}

function isSame(holder: Holder, other: MutexHolder): boolean {
  return typeof holder === 'object' && holder.nonce === other.nonce;
}

function busy(path: string, holder: Holder): KongcrateError {
  const who =
    typeof holder === 'object'
      ? `process ${holder.pid}, since ${holder.since}`
      : 'somebody who left no readable name';
  return new KongcrateError(
    'NODE_BUSY',
    `another kongcrate is at work: ${path} is held by ${who}`,
    {
      remedy: `Run the command again when it is done. If no kongcrate runs on any machine or container that shares this directory, remove ${path}.`,
      details: typeof holder === 'object' ? { pid: holder.pid, since: holder.since } : {},
    },
  );
}
