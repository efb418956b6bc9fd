import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One that ended and was not waited for yet has no command line any more. */
const isAlive = (pid) => {
  const file = `/proc/${pid}/cmdline`;
  return existsSync(file) && readFileSync(file, 'utf8') !== '';
};

/** The process id of the master that runs under a prefix, if one does. */
export function runningMaster(prefix) {
  const file = join(prefix, 'pids', 'nginx.pid');
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, 'utf8'));
  return pid > 0 && isAlive(pid) ? pid : undefined;
}

/** Sends a signal to the master; there has to be one. */
export function signalMaster(prefix, signal) {
  const pid = runningMaster(prefix);
  if (pid === undefined) throw new Error(`nginx not running in prefix: ${prefix}`);
  process.kill(pid, signal);
}
