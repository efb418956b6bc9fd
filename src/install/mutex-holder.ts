import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { errnoOf } from '../errors/kongcrate-error.ts';

/** Who holds a mutex: enough to tell from the same machine whether that process still runs. */
export interface MutexHolder {
  readonly pid: number;
  /** Clock ticks from boot to the start of the process; empty where there is no /proc. */
  readonly startTicks: string;
  readonly bootId: string;
  readonly pidNamespace: string;
  /** 32 hexadecimal digits: tells two holds of one process apart. */
  readonly nonce: string;
  /** ISO 8601, UTC. */
  readonly since: string;
}

export function describeHolder(now: Date): MutexHolder {
  return {
    pid: process.pid,
    startTicks: readProcess(process.pid)?.startTicks ?? '',
    ...describeMachine(),
    nonce: randomBytes(16).toString('hex'),
    since: now.toISOString(),
  };
}

/** Reads a holder, `'unknown'` when it is none that kongcrate wrote. */
export function parseHolder(text: string): MutexHolder | 'unknown' {
  try {
    const holder = JSON.parse(text) as Partial<MutexHolder>;
    const { pid, startTicks, bootId, pidNamespace, nonce, since } = holder;
    if (!Number.isSafeInteger(pid) || !pid || pid < 1) return 'unknown';
    if (typeof nonce !== 'string' || !/^[0-9a-f]{32}$/.test(nonce)) return 'unknown';
    const texts = [startTicks, bootId, pidNamespace, since];
    return texts.every((value) => typeof value === 'string') ? (holder as MutexHolder) : 'unknown';
  } catch {
    return 'unknown';
  }
}

/**
 * Whether a holder is gone for certain: the machine was started again since, or its process ended.
 * A process of another pid namespace cannot be seen from here and counts as running.
 */
export function isGone(holder: MutexHolder): boolean {
  const machine = describeMachine();
  if (holder.bootId !== '' && machine.bootId !== '' && holder.bootId !== machine.bootId)
    return true;
  if (holder.pidNamespace !== machine.pidNamespace) return false;
  if (!answersSignals(holder.pid)) return true;
  const running = readProcess(holder.pid);
  // Without /proc, or with its hidepid option, the pid alone has to do.
  if (!running) return false;
  return running.ended || (holder.startTicks !== '' && running.startTicks !== holder.startTicks);
}

function describeMachine(): Pick<MutexHolder, 'bootId' | 'pidNamespace'> {
  return {
    bootId: readOr('', () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    pidNamespace: readOr('', () => readlinkSync('/proc/self/ns/pid')),
  };
}

function answersSignals(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return errnoOf(error) !== 'ESRCH';
  }
}

/** proc(5), /proc/pid/stat: the state is field 3, the start time field 22; the name may hold anything. */
function readProcess(pid: number): { startTicks: string; ended: boolean } | undefined {
  const stat = readOr('', () => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const startTicks = fields[22 - 3];
  return startTicks === undefined
    ? undefined
    : { startTicks, ended: fields[0] === 'Z' || fields[0] === 'X' };
}

function readOr(otherwise: string, read: () => string): string {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
