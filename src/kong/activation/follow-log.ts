import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { errnoOf } from '../../errors/kongcrate-error.ts';
import { redactText } from '../../http/redact.ts';

/** Where an error log ended; `inode` 0 where there was none yet. */
export interface LogPosition {
  readonly inode: number;
  readonly offsetBytes: number;
}

const MAX_READ_BYTES = 16 * 1024 * 1024;
const MAX_FAULT_LENGTH = 1_500;
const NOTHING = Buffer.alloc(0);

/** What Kong says where a node does not serve what it was told to (KONG.md 1.4, 1.8). */
const FAULTS = ['init_by_lua', 'unsafe request processing', 'must be restarted'];
/** Of Kong's own: a plugin that logs an error in its phase of that name is no plugin that did not load. */
const OWN_INIT_WORKER = / init\.lua:\d+: init_worker\(\)/;
/** nginx's words (ngx_process.c) for a process that crashed, or was killed. */
const CRASH = / worker process (\d+) exited on signal/;
/** Kong names the function in entries of every level; a debug entry is no fault. */
const HARMLESS = /^\S+ \S+ \[(?:debug|info|notice|warn)\]/;
/** An entry may have several lines, such as the cause and a traceback; each begins with its time. */
const NEXT_ENTRY = /\n(?=\d{4}\/\d\d\/\d\d )/;

/** @returns `undefined` where we may not read the log, or it is no file */
export function logPositionOf(path: string): LogPosition | undefined {
  try {
    return withFile(path, (descriptor) => {
      const stats = fstatSync(descriptor);
      return stats.isFile() ? { inode: stats.ino, offsetBytes: stats.size } : undefined;
    });
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return errnoOf(error) === 'ENOENT' ? { inode: 0, offsetBytes: 0 } : undefined;
  }
}

/**
 * Gives the entries about faults that came since its last call; `undefined` where it may not read. A
 * crash is one of `newPids`: old workers crash with the old code.
 */
export type ReadFaults = (newPids: ReadonlySet<number>) => readonly string[] | undefined;

/** Reads on from a position, over a rotation by rename or by truncation. */
export function followFaults(path: string, from: LogPosition): ReadFaults {
  let position = from;
  let rest = '';
  return (newPids) => {
    const now = logPositionOf(path);
    if (!now) return undefined;
    const isRotated = now.inode !== position.inode;
    const old = isRotated ? readFrom(findRotated(path, position), position.offsetBytes) : NOTHING;
    const isAnew = isRotated || position.offsetBytes > now.offsetBytes;
    const offsetBytes = isAnew ? 0 : position.offsetBytes;
    const read = readFrom(path, offsetBytes);
    position = { inode: now.inode, offsetBytes: offsetBytes + read.length };
    const text = rest + Buffer.concat([old, read]).toString('utf8');
    const end = text.lastIndexOf('\n') + 1;
    rest = text.slice(end);
    const entries = text.slice(0, end).split(NEXT_ENTRY);
    return entries.filter((entry) => isFault(entry) || isCrash(entry, newPids)).map(shown);
  };
}

function isFault(entry: string): boolean {
  const isNamed = FAULTS.some((fault) => entry.includes(fault)) || OWN_INIT_WORKER.test(entry);
  return isNamed && !HARMLESS.test(entry);
}

const isCrash = (entry: string, pids: ReadonlySet<number>): boolean =>
  pids.has(Number(CRASH.exec(entry)?.[1] ?? NaN));

const shown = (entry: string): string => redactText(entry).slice(0, MAX_FAULT_LENGTH);

/** Where a file of that inode stands now. */
function findRotated(path: string, { inode }: LogPosition): string | undefined {
  const directory = dirname(path);
  return orNothing(() => readdirSync(directory), [])
    .map((name) => join(directory, name))
    .find((file) => orNothing(() => statSync(file).ino, 0) === inode);
}

function readFrom(path: string | undefined, offsetBytes: number): Buffer {
  if (path === undefined) return NOTHING;
  const read = (descriptor: number): Buffer => {
    const restBytes = Math.max(0, fstatSync(descriptor).size - offsetBytes);
    const buffer = Buffer.alloc(Math.min(restBytes, MAX_READ_BYTES));
    return buffer.subarray(0, readSync(descriptor, buffer, 0, buffer.length, offsetBytes));
  };
  return orNothing(() => withFile(path, read), NOTHING);
}

function withFile<Result>(path: string, act: (descriptor: number) => Result): Result {
  // The user of the prefix may put a FIFO there at any time, which would stop us for ever.
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return act(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Files come and go while a log is rotated. */
function orNothing<Result>(look: () => Result, nothing: Result): Result {
  try {
    return look();
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return nothing;
  }
}
