import { loadSettings } from '../configuration/load-settings.js';
import { preparePrefix } from '../configuration/prepare-prefix.js';
import { configParse } from './config-parse.js';
import { health } from './health.js';
import { reload } from './reload.js';
import { restart } from './restart.js';
import { start } from './start.js';
import { quit, stop } from './stop.js';

const say = (text) => process.stdout.write(`${text}\n`);

/** Looks at the settings alone, never at a plugin. */
function check({ file }) {
  loadSettings({ file });
  say(`configuration at ${file ?? '/etc/kong/kong.conf'} is valid`);
}

/** Rewrites every generated file of a prefix, whatever the node there was started with. */
function prepare({ conf, prefix }) {
  preparePrefix(loadSettings({ file: conf, prefix }));
}

/** What can be typed after `kong`. */
export const COMMANDS = {
  check,
  'config parse': configParse,
  health,
  prepare,
  quit,
  reload,
  restart,
  start,
  stop,
  version: () => say('3.9.3'),
};
