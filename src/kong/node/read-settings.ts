import { join } from 'node:path';
import { locateKongConf, readConfFile } from '../conf-files.ts';
import { readValue } from '../conf-value.ts';
import { parseKongConf } from '../kong-conf.ts';
import type { KongPlace } from '../read-kong-settings.ts';

export type Settings = ReadonlyMap<string, string>;

/** What Kong 3.9 takes for a setting that we look at, where nothing is said. */
const DEFAULTS = {
  admin_listen: '127.0.0.1:8001',
  database: 'postgres',
  plugins: 'bundled',
  proxy_error_log: 'logs/error.log',
  role: 'traditional',
  status_listen: '127.0.0.1:8007',
} as const;

export function settingOf(settings: Settings, key: keyof typeof DEFAULTS): string {
  return settings.get(key) ?? DEFAULTS[key];
}

/** The file with the settings of a running node, in which kong.conf, environment and flags are one. */
export function runningSettingsFile(prefix: string): string {
  return join(prefix, '.kong_env');
}

/** Reads a file of settings by Kong's rules: the last of several counts, sections hide. */
export function parseSettings(bytes: Buffer): Settings {
  const visible = parseKongConf(bytes.toString('latin1')).entries.filter(
    ({ kind, isHidden, key }) => kind === 'setting' && !isHidden && key !== '',
  );
  return new Map(
    visible.map((entry) => [
      entry.key,
      Buffer.from(readValue(entry).value, 'latin1').toString('utf8'),
    ]),
  );
}

/**
 * The settings of the next start: a variable replaces what kong.conf says, an empty one too.
 * @throws KongcrateError SOURCE_UNREADABLE
 */
export function readConfiguredSettings(place: Omit<KongPlace, 'prefix'>): Settings {
  const file = locateKongConf(place.kongConf);
  const fromFile = file === undefined ? [] : parseSettings(readConfFile(file));
  return new Map([...fromFile, ...variablesOf(place.environment)]);
}

/** Kong passes over variables in lower case. */
function variablesOf(
  environment: KongPlace['environment'],
): readonly (readonly [string, string])[] {
  return Object.entries(environment).flatMap(([name, value]) =>
    value !== undefined && /^KONG_[A-Z0-9_]+$/.test(name)
      ? [[name.slice('KONG_'.length).toLowerCase(), value] as const]
      : [],
  );
}

/** An environment without Kong's variables, which replace the settings of a running node. */
export function withoutKongVariables(
  environment: KongPlace['environment'],
): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !name.startsWith('KONG_')),
  );
}
