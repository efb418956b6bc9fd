import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { findProcesses, pidFileOf } from '../../kong/node/processes.ts';
import type { ActivationOptions } from './activation-options.ts';

/** Whether a Kong runs under the prefix that can be seen from here. Its settings are not read yet. */
export function isKongRunning({ place, onNote }: ActivationOptions): boolean {
  const prefix = resolve(place.prefix);
  if (findProcesses(prefix).masterPid !== undefined) return true;
  if (existsSync(pidFileOf(prefix)))
    onNote?.(`${pidFileOf(prefix)} names no Kong that we see: none was reloaded`);
  return false;
}
