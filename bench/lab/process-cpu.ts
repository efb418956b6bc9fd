import { readFileSync } from 'node:fs';

// USER_HZ, which Linux has fixed for what /proc shows.
const TICK_MS = 10;

/** The user and system time of a running process so far. */
export function processCpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field, the name in parentheses, may hold spaces: proc(5).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}
