import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { checkSettings, KNOWN_SETTINGS } from './known-settings.js';
import { parseKongConf } from './parse-kong-conf.js';

const DEFAULT_FILES = ['/etc/kong/kong.conf', '/etc/kong.conf'];

function readFile(file) {
  if (file !== undefined) {
    if (!existsSync(file)) throw new Error(`no file at: ${file}`);
    return readFileSync(file, 'utf8');
  }
  const found = DEFAULT_FILES.find((path) => existsSync(path));
  return found === undefined ? '' : readFileSync(found, 'utf8');
}

/** An empty variable counts, and one in lower case does not. */
function fromEnvironment(keys) {
  const found = keys.map((key) => [key, process.env[`KONG_${key.toUpperCase()}`]]);
  return Object.fromEntries(found.filter(([, value]) => value !== undefined));
}

/**
 * The settings of a command: defaults, then the file, then `KONG_` variables, then the prefix
 * that was named. Without a file it is the first default one that is there.
 */
export function loadSettings({ file, prefix }) {
  const fromFile = parseKongConf(readFile(file));
  const keys = Object.keys({ ...KNOWN_SETTINGS, ...fromFile });
  const settings = { ...KNOWN_SETTINGS, ...fromFile, ...fromEnvironment(keys) };
  if (prefix !== undefined) settings.prefix = prefix;
  settings.prefix = resolve(settings.prefix);
  checkSettings(settings);
  return settings;
}
