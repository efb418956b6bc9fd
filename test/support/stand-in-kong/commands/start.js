import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { loadSettings } from '../configuration/load-settings.js';
import { preparePrefix } from '../configuration/prepare-prefix.js';
import { runningMaster } from './running-master.js';

const MASTER = fileURLToPath(new URL('../node/master.js', import.meta.url));

/** Starts a node and comes back when its plugins are loaded; in the foreground when it ends. */
export async function start({ conf, prefix }) {
  const settings = loadSettings({ file: conf, prefix });
  if (runningMaster(settings.prefix) !== undefined)
    throw new Error(`Kong is already running in ${settings.prefix}`);
  preparePrefix(settings);
  const foreground = settings.nginx_daemon === 'off';
  const output = foreground ? 'inherit' : 'ignore';
  const master = spawn(process.execPath, [MASTER, settings.prefix], {
    // nginx keeps no variable of those it was started with.
    env: { PATH: process.env.PATH },
    detached: !foreground,
    stdio: ['ignore', output, output, 'pipe'],
  });
  const problem = await text(master.stdio[3]);
  if (problem !== '') throw new Error(`\n\nnginx: ${problem}`);
  process.stdout.write('Kong started\n');
  master.unref();
  if (foreground) await once(master, 'exit');
}
