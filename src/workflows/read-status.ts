import { KongcrateError } from '../errors/kongcrate-error.ts';
import { findDrift, type Drift } from '../install/find-drift.ts';
import type { InstallRoot } from '../install/install-root.ts';
import { readNodeState } from '../install/read-node-state.ts';
import type { PluginReceipt } from '../install/receipt.ts';
import { demandLuaRoot } from './demand-lua-root.ts';

export interface NodeStatus {
  readonly generation?: number;
  readonly plugins: readonly (PluginReceipt & { readonly drift: readonly Drift[] })[];
}

/**
 * What is installed under a Lua root, by whom it was signed, and where files on disk differ from
 * what was installed. Writes nothing.
 * @param name one plugin
 * @throws KongcrateError NOT_FOUND when the plugin is not installed or the root not there, USAGE,
 *   INSTALL_FAILED
 */
export function readStatus(root: InstallRoot, name?: string): NodeStatus {
  demandLuaRoot(root);
  const { generation, plugins } = readNodeState(root);
  const wanted = plugins.filter((plugin) => name === undefined || plugin.name === name);
  if (name !== undefined && wanted.length === 0)
    throw new KongcrateError('NOT_FOUND', `${name} is not installed under ${root.luaRoot}`, {
      remedy:
        plugins.length > 0
          ? `Installed here: ${plugins.map((plugin) => plugin.name).join(', ')}`
          : 'Nothing is installed here; check --lua-root.',
    });
  return {
    ...(generation === undefined ? {} : { generation }),
    plugins: wanted.map((plugin) => ({ ...plugin, drift: findDrift(root, plugin) })),
  };
}
