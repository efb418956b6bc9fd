import { findPrefix } from '../configuration/kong-env.js';
import { runningMaster } from './running-master.js';

/** Whether a master is there, which says nothing about its workers. */
export function health(options) {
  const prefix = findPrefix(options);
  const running = runningMaster(prefix) !== undefined;
  process.stdout.write(`nginx.......${running ? 'running' : 'not running'}\n\n`);
  if (!running) throw new Error(`Kong is not running at ${prefix}`);
  process.stdout.write(`Kong is healthy at ${prefix}\n`);
}
