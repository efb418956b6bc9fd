import { resolve } from 'node:path';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { addToLuaPath } from '../kong/edit-lua-path.ts';
import { enablePlugins as enableInConf, type EditedPlugins } from '../kong/edit-plugins.ts';
import {
  findsPlugin,
  isOnLuaPath,
  prependRoot,
  rootTemplates,
  searchedBy,
} from '../kong/lua-path.ts';
import { BUNDLED, OFF } from '../kong/plugin-list.ts';
import { readKongSettings, type KongSettings } from '../kong/read-kong-settings.ts';
import { BUNDLED_PLUGINS } from '../plugin/kong-modules.ts';
import { checkPluginName } from '../plugin/plugin-name.ts';
import type { ActivationOptions } from './activation/activation-options.ts';
import { settleTransaction } from './activation/settle-transaction.ts';
import {
  editKongConf,
  type ConfChange,
  type EditOptions,
  type EditReport,
} from './edit-kong-conf.ts';

export interface EnableOptions extends EditOptions {
  /** Where the plugins were installed. */
  readonly luaRoot: string;
  /** The Kong under whose prefix an activation that was cut off is undone first. */
  readonly kong?: ActivationOptions;
  readonly signal?: AbortSignal;
}

/** What need not be found on the disk; the two words are refused where the list is edited. */
const KNOWN_TO_KONG: ReadonlySet<string> = new Set([...BUNDLED_PLUGINS, BUNDLED, OFF]);

/**
 * Adds plugins to the list of a node's kong.conf, and the Lua root to `lua_package_path` where Kong
 * does not look into it. Nothing is written when all of it stands there already.
 * @throws KongcrateError NOT_FOUND for a plugin that Kong would not find: it does not start then;
 *   USAGE, PLUGIN_REFUSED for what is no name; and as {@link editKongConf}
 */
export async function enablePlugins(
  names: readonly string[],
  { luaRoot, kong, signal, ...options }: EnableOptions,
): Promise<EditReport> {
  if (kong && options.dryRun !== true) await settleTransaction({ options: kong, root: {}, signal });
  const settings = readKongSettings(options);
  const root = resolve(luaRoot);
  const own = names.filter((name) => !KNOWN_TO_KONG.has(name));
  for (const name of own) demandPlugin(checkPluginName(name), root, settings.luaPackagePath);
  const isRootNeeded = own.some((name) => findsPlugin(name, rootTemplates(root)));
  return editKongConf(options, enableChange(names, settings, isRootNeeded ? root : undefined));
}

/**
 * The change of a kong.conf that has Kong load plugins.
 * @param root where the plugins stand, unless Kong finds them anyway
 */
export function enableChange(
  names: readonly string[],
  { luaPackagePath, luaPackagePathFrom }: KongSettings,
  root: string | undefined,
): ConfChange {
  const edit = (text: string): EditedPlugins => enableInConf(text, names, BUNDLED_PLUGINS);
  if (root === undefined) return { edit };
  const editBoth = (text: string): EditedPlugins => {
    const edited = edit(text);
    return { ...edited, text: addToLuaPath(edited.text, root) };
  };
  if (isOnLuaPath(root, luaPackagePath)) return { edit: editBoth };
  const path = prependRoot(root, luaPackagePathFrom === 'default' ? undefined : luaPackagePath);
  return {
    edit: editBoth,
    variables: { KONG_LUA_PACKAGE_PATH: path },
    ...(luaPackagePathFrom === 'environment' ? { notes: [OVERRIDDEN_PATH] } : {}),
  };
}

const OVERRIDDEN_PATH =
  'KONG_LUA_PACKAGE_PATH is set here and replaces the path of the file: put the Lua root in front of it';

function demandPlugin(name: string, root: string, luaPackagePath: string): void {
  if (findsPlugin(name, rootTemplates(root) + searchedBy(luaPackagePath))) return;
  throw new KongcrateError('NOT_FOUND', `there is no plugin ${name} under ${root}`, {
    remedy:
      'Install it first, or give its --lua-root: Kong does not start with a plugin it cannot find.',
  });
}
