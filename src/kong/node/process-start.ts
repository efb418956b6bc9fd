import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { errnoOf } from '../../errors/kongcrate-error.ts';

/** Linux tells programs times in hundredths of a second, whatever its own clock does (proc(5)). */
const MS_PER_TICK = 10;

/**
 * When a process began, in milliseconds since 1970, to some hundredths of a second: by its age, since
 * /proc tells the time of the boot in whole seconds only.
 * @returns `undefined` where it is gone, or the system does not say when it was started
 */
export function readProcessStart(pid: number): number | undefined {
  const ticks = readStartTicks(pid);
  if (ticks === undefined) return undefined;
  const ageMs = uptime() * 1000 - ticks * MS_PER_TICK;
  return Date.now() - ageMs;
}

/**
 * When a process began, in ticks since the boot: always the same for one process, so it tells two
 * apart that have the same pid.
 * @returns as {@link readProcessStart}
 */
export function readStartTicks(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // proc(5): field 22, counted behind the name, which may hold blanks and parentheses.
    const ticks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
    return Number.isFinite(ticks) ? ticks : undefined;
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}
