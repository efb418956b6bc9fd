import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadSettings } from './load-settings.js';
import { parseKongConf } from './parse-kong-conf.js';

const HEADER = `# *** DO NOT EDIT ***
# This configuration file is auto-generated. If you want to modify
# the Kong configuration please edit/create the original \`kong.conf\`
# file. Any modifications made here will be lost.
# Start Kong with \`--vv\` to show where it looks for that file.

`;

/** The file in which a running node keeps its settings. */
export const kongEnvOf = (prefix) => join(prefix, '.kong_env');

export function writeKongEnv(settings) {
  const lines = Object.entries(settings)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key} = ${value.replaceAll('#', '\\#')}\n`);
  writeFileSync(kongEnvOf(settings.prefix), HEADER + lines.sort().join(''), { mode: 0o640 });
}

/** The settings as nginx sees them: from the file alone, whatever the environment says. */
export const readKongEnv = (prefix) => parseKongConf(readFileSync(kongEnvOf(prefix), 'utf8'));

/** The prefix that a command means, which has to be there. */
export function findPrefix(options) {
  const { prefix } = loadSettings({ prefix: options.prefix });
  if (!existsSync(prefix)) throw new Error(`no such prefix: ${prefix}`);
  return prefix;
}
