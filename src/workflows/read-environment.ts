import { resolve } from 'node:path';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { InstallRoot } from '../install/install-root.ts';
import { generationPath } from '../install/node-paths.ts';
import { readNodeState } from '../install/read-node-state.ts';
import type { Variables } from '../kong/format-variables.ts';
import { isOnLuaPath, prependRoot } from '../kong/lua-path.ts';
import { BUNDLED, mendList, OFF } from '../kong/plugin-list.ts';
import { readKongSettings, type KongPlace } from '../kong/read-kong-settings.ts';
import { refuseSwallowed } from '../kong/refuse-swallowed.ts';
import { BUNDLED_PLUGINS } from '../plugin/kong-modules.ts';
import { demandLuaRoot } from './demand-lua-root.ts';

export interface EnvironmentOptions extends KongPlace {
  readonly root: InstallRoot;
  /** Names the live generation in `lua_package_path`, so that a Lua VM sees one version for life. */
  readonly pinnedPath?: boolean;
}

export interface NodeEnvironment {
  /** What Kong takes from its settings now, and every installed plugin after it. */
  readonly plugins: readonly string[];
  readonly pluginsFrom: 'environment' | 'file' | 'default';
  /** The live generation; absent where nothing is installed. */
  readonly generation?: number;
  /** KONG_PLUGINS; KONG_LUA_PACKAGE_PATH where Kong does not look into the Lua root by itself. */
  readonly variables: Variables;
  readonly notes: readonly string[];
}

/**
 * The variables that make Kong load what is installed under a Lua root, for nodes without a kong.conf
 * of their own. Writes nothing.
 * @throws KongcrateError NOT_FOUND where there is no Lua root, or nothing installed to pin; USAGE,
 *   SOURCE_UNREADABLE, INSTALL_FAILED
 */
export function readEnvironment(options: EnvironmentOptions): NodeEnvironment {
  demandLuaRoot(options.root);
  const settings = readKongSettings(options);
  const { generation, plugins: installed } = readNodeState(options.root);
  refuseSwallowed(settings.plugins);
  const { items, notes } = mendList(settings.plugins);
  const missing = installed
    .map(({ name }) => name)
    .filter((name) => !items.includes(name))
    .filter((name) => !(items.includes(BUNDLED) && BUNDLED_PLUGINS.has(name)));
  const plugins = [...items, ...missing];
  const { luaPackagePath, luaPackagePathFrom } = settings;
  const setting = luaPackagePathFrom === 'default' ? undefined : luaPackagePath;
  const searched = options.pinnedPath
    ? pinnedRoot(options.root, generation)
    : resolve(options.root.luaRoot);
  const isFound = installed.length === 0 || isOnLuaPath(searched, luaPackagePath);
  return {
    plugins,
    pluginsFrom: settings.pluginsFrom,
    ...(generation === undefined ? {} : { generation }),
    variables: {
      KONG_PLUGINS: plugins.join(',') || OFF,
      ...(isFound ? {} : { KONG_LUA_PACKAGE_PATH: prependRoot(searched, setting) }),
    },
    notes,
  };
}

function pinnedRoot({ luaRoot }: InstallRoot, generation: number | undefined): string {
  if (generation !== undefined) return generationPath(resolve(luaRoot), generation);
  throw new KongcrateError('NOT_FOUND', `nothing is installed under ${luaRoot}`, {
    remedy: 'Install a plugin first; there is no generation to pin.',
  });
}
