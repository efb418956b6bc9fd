import type { Digest } from '../reference/digest.ts';
import { findDrift, type Drift } from '../install/find-drift.ts';
import type { InstallRoot } from '../install/install-root.ts';
import { notInstalled } from '../install/not-installed.ts';
import { readNodeRecords, readNodeState } from '../install/read-node-state.ts';
import type { PluginReceipt } from '../install/receipt.ts';
import type { StateNote } from '../install/state-file.ts';
import { demandLuaRoot } from './demand-lua-root.ts';

export interface NodeStatus {
  readonly generation?: number;
  readonly plugins: readonly (PluginReceipt & { readonly drift: readonly Drift[] })[];
  /** Plugins that keep their version; one may be held that a rollback took out. */
  readonly holds: readonly (StateNote & { readonly name: string })[];
  /** What is not to be installed again, whatever plugin it is. */
  readonly quarantined: readonly (StateNote & { readonly digest: Digest })[];
  /** Plugins that are in the store for a later install. */
  readonly staged: readonly PluginReceipt[];
}

/**
 * What is installed under a Lua root, by whom it was signed, where files on disk differ from what
 * was installed, and what is held, quarantined or staged. Writes nothing.
 * @param name one plugin
 * @throws KongcrateError NOT_FOUND when the plugin is neither installed, held nor staged or the root
 *   is not there, USAGE, INSTALL_FAILED
 */
export function readStatus(root: InstallRoot, name?: string): NodeStatus {
  demandLuaRoot(root);
  const { generation, plugins } = readNodeState(root);
  const { holds, quarantined, staged } = readNodeRecords(root);
  const isWanted = (one: { readonly name: string }): boolean =>
    name === undefined || one.name === name;
  const status = {
    ...(generation === undefined ? {} : { generation }),
    plugins: plugins
      .filter(isWanted)
      .map((plugin) => ({ ...plugin, drift: findDrift(root, plugin) })),
    holds: [...holds].map(([held, note]) => ({ name: held, ...note })).filter(isWanted),
    quarantined: [...quarantined].map(([digest, note]) => ({ digest, ...note })),
    staged: staged.filter(isWanted),
  };
  const { length } = [...status.plugins, ...status.holds, ...status.staged];
  if (name === undefined || length > 0) return status;
  throw notInstalled(
    name,
    plugins.map((plugin) => plugin.name),
    root.luaRoot,
  );
}
