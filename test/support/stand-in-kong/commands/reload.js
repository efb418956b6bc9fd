import { appendFileSync, readFileSync } from 'node:fs';
import { findPrefix, kongEnvOf } from '../configuration/kong-env.js';
import { loadSettings } from '../configuration/load-settings.js';
import { preparePrefix } from '../configuration/prepare-prefix.js';
import { runningMaster, signalMaster } from './running-master.js';

/**
 * Has the master load everything anew. The settings are those of the running node, then the
 * environment's; a file is appended to the former. Nothing waits for what becomes of it.
 */
export function reload(options) {
  const prefix = findPrefix(options);
  if (runningMaster(prefix) === undefined) throw new Error(`Kong is not running in ${prefix}`);
  const file = kongEnvOf(prefix);
  if (options.conf !== undefined) appendFileSync(file, `\n${readFileSync(options.conf, 'utf8')}`);
  preparePrefix(loadSettings({ file, prefix }));
  signalMaster(prefix, 'SIGHUP');
  process.stdout.write('Kong reloaded\n');
}
