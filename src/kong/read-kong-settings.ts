import { readValue } from './conf-value.ts';
import { locateKongConf, readConfFile } from './conf-files.ts';
import { findEntry, parseKongConf, type KongConf } from './kong-conf.ts';
import { BUNDLED, loadedNames, splitList } from './plugin-list.ts';
import { readRunningPlugins, type RunningPlugins } from './running-plugins.ts';

/** Where the settings of a node are looked for. */
export interface KongPlace {
  /** The file that was named; `/etc/kong/kong.conf`, else `/etc/kong.conf`, where none was. */
  readonly kongConf?: string;
  /** The environment that Kong is started with. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Kong's prefix, which holds the settings of the running node: `/usr/local/kong`. */
  readonly prefix: string;
}

/** What Kong takes at its next start. */
export interface KongSettings {
  /** Names as Kong would load them, `bundled` kept as that word. */
  readonly plugins: readonly string[];
  readonly pluginsFrom: 'environment' | 'file' | 'default';
  /** The setting; Kong always searches its default path after it. */
  readonly luaPackagePath: string;
  readonly luaPackagePathFrom: 'environment' | 'file' | 'default';
  /** The kong.conf that was read; absent where there is none. */
  readonly file?: string;
  /** What the running node was started with, where that can be read. */
  readonly running?: RunningPlugins;
}

/** `lua_package_path` where nothing is said. */
export const DEFAULT_LUA_PACKAGE_PATH = './?.lua;./?/init.lua;';

/**
 * Reads the settings of a node by Kong's own rules: a variable replaces what the file says, an empty
 * one too. Writes nothing.
 * @throws KongcrateError SOURCE_UNREADABLE when there is a kong.conf that cannot be read
 */
export function readKongSettings(place: KongPlace): KongSettings {
  const file = locateKongConf(place.kongConf);
  const conf =
    file === undefined ? undefined : parseKongConf(readConfFile(file).toString('latin1'));
  const plugins = readSetting(place, conf, 'plugins');
  const path = readSetting(place, conf, 'lua_package_path');
  const running = readRunningPlugins(place.prefix);
  return {
    plugins: loadedNames(splitList(plugins.value ?? BUNDLED)),
    pluginsFrom: plugins.from,
    luaPackagePath: path.value ?? DEFAULT_LUA_PACKAGE_PATH,
    luaPackagePathFrom: path.from,
    ...(file === undefined ? {} : { file }),
    ...(running === undefined ? {} : { running }),
  };
}

interface Found {
  readonly value?: string;
  readonly from: KongSettings['pluginsFrom'];
}

function readSetting({ environment }: KongPlace, conf: KongConf | undefined, key: string): Found {
  const variable = environment[`KONG_${key.toUpperCase()}`];
  if (variable !== undefined) return { value: variable, from: 'environment' };
  const entry = conf && findEntry(conf, key);
  if (!entry) return { from: 'default' };
  return { value: Buffer.from(readValue(entry).value, 'latin1').toString(), from: 'file' };
}
