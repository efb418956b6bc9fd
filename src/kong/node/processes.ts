import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../../errors/kongcrate-error.ts';
import { readIfPossible } from '../conf-files.ts';
import type { WorkersUser } from './kong-node.ts';

/** What runs under a prefix. */
export interface KongProcesses {
  readonly masterPid?: number;
  /** nginx's workers that take requests; those that only finish theirs are not among them. */
  readonly workerPids: readonly number[];
}

/** nginx removes it when it is stopped. */
export const pidFileOf = (prefix: string): string => join(prefix, 'pids', 'nginx.pid');

/** Finds Kong's master by the prefix's pid file, and its workers by /proc. */
export function findProcesses(prefix: string): KongProcesses {
  // The user of the prefix may have put a FIFO there, which would stop us for ever.
  const masterPid = Number(readIfPossible(pidFileOf(prefix))?.toString('latin1') ?? NaN);
  if (!Number.isSafeInteger(masterPid) || !isMaster(masterPid, prefix)) return { workerPids: [] };
  return { masterPid, workerPids: childrenOf(masterPid).filter(servesRequests) };
}

/** Effective user and groups of a process, by proc(5). */
export function readIdentity(pid: number): WorkersUser | undefined {
  const status = readProc(`/proc/${pid}/status`);
  if (status === undefined) return undefined;
  const numbersOf = (field: string): readonly number[] =>
    (new RegExp(`^${field}:[ \\t]*(.*)$`, 'm').exec(status)?.[1] ?? '')
      .split(/\s+/)
      .filter((word) => word !== '')
      .map(Number);
  const [, uid] = numbersOf('Uid');
  const [, gid] = numbersOf('Gid');
  if (uid === undefined || gid === undefined) return undefined;
  return { uid, gids: [gid, ...numbersOf('Groups')] };
}

/** `undefined` where we may not know, or it is gone. */
export function readWorkingDirectory(pid: number | undefined): string | undefined {
  if (pid === undefined) return undefined;
  const path = orUndefined(() => readlinkSync(`/proc/${pid}/cwd`));
  return path !== undefined && existsSync(path) ? path : undefined;
}

/** A pid may have gone to another process, or to the nginx of somebody else. */
function isMaster(pid: number, prefix: string): boolean {
  const title = readTitle(pid);
  if (!title.startsWith('nginx: master process')) return false;
  const named = / -p (.+?) -c /.exec(title)?.[1];
  return named === undefined || realPathOf(named) === realPathOf(prefix);
}

const realPathOf = (path: string): string => orUndefined(() => realpathSync(path)) ?? path;

function childrenOf(parent: number): readonly number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isSafeInteger(pid) && parentOf(pid) === parent);
}

/** proc(5), /proc/pid/stat: field 4; the name before it may hold blanks and parentheses. */
function parentOf(pid: number): number | undefined {
  const stat = readProc(`/proc/${pid}/stat`);
  return stat === undefined ? undefined : Number(stat.slice(stat.lastIndexOf(')')).split(' ')[2]);
}

/** Not the cache manager, not the privileged agent; nginx marks those that finish. */
function servesRequests(pid: number): boolean {
  return /^nginx: worker process(?! is shutting down)/.test(readTitle(pid));
}

function readTitle(pid: number): string {
  return readProc(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ') ?? '';
}

const readProc = (path: string): string | undefined =>
  orUndefined(() => readFileSync(path, 'latin1'));

/** A process may end at any moment, and those of others may be hidden. */
function orUndefined<Result>(look: () => Result): Result | undefined {
  try {
    return look();
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}
