import { setTimeout as delay } from 'node:timers/promises';
import { loadSettings } from '../configuration/load-settings.js';
import { runningMaster, signalMaster } from './running-master.js';
import { start } from './start.js';

const POLL_MS = 10;
const STOP_LIMIT_MS = 5_000;

/** Stops the node, then starts it from file and environment: nothing runs if that fails. */
export async function restart({ conf, prefix }) {
  const settings = loadSettings({ file: conf, prefix });
  if (runningMaster(settings.prefix) !== undefined) signalMaster(settings.prefix, 'SIGTERM');
  const limit = Date.now() + STOP_LIMIT_MS;
  while (runningMaster(settings.prefix) !== undefined && Date.now() < limit) await delay(POLL_MS);
  await start({ conf, prefix: settings.prefix });
}
