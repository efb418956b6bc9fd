import { readdirSync, readFileSync } from 'node:fs';
import { errnoOf } from '../../errors/kongcrate-error.ts';

const STANDARD_ERROR = 2;
/** As Linux shows it for x86 and ARM (open(2)). */
const O_APPEND = 0o2000;

/**
 * Tells the configuration that nginx's master runs with from the one before and the next: by the
 * descriptors of its log files. It opens those of a new configuration before it closes the old ones
 * (ngx_init_cycle), and leaves them alone where a reload fails, or where it replaces a worker that died:
 * a worker like that is new and has the old code.
 * @returns `undefined` where it has no log files, or we may not look
 */
export function readCycle(masterPid: number): string | undefined {
  try {
    const logs = readdirSync(`/proc/${masterPid}/fd`)
      .map(Number)
      .filter((descriptor) => descriptor > STANDARD_ERROR && isLog(masterPid, descriptor));
    return logs.length === 0 ? undefined : logs.sort((a, b) => a - b).join();
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}

/** proc(5), /proc/pid/fdinfo: the flags are octal. */
function isLog(pid: number, descriptor: number): boolean {
  const info = readFileSync(`/proc/${pid}/fdinfo/${descriptor}`, 'latin1');
  const flags = /^flags:\s*([0-7]+)$/m.exec(info)?.[1] ?? '0';
  return (Number.parseInt(flags, 8) & O_APPEND) !== 0;
}
