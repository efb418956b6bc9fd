import { readLive } from './generations.ts';
import { asInstallFailure } from './install-failure.ts';
import type { InstallRoot } from './install-root.ts';
import { realPathOf } from './real-path.ts';
import type { PluginReceipt } from './receipt.ts';
import { readStateFile, type NodeRecords } from './state-file.ts';

export { readEvidence } from './read-evidence.ts';

export interface NodeState {
  /** The live generation; absent when nothing was ever installed. */
  readonly generation?: number;
  readonly plugins: readonly PluginReceipt[];
}

/**
 * What is installed under a Lua root, by its receipt. Writes nothing and takes no mutex, so it works
 * on a read-only root and while a change is made: what it returns was live at one moment.
 * @throws KongcrateError INSTALL_FAILED when `current` or the receipt is damaged
 */
export function readNodeState({ luaRoot }: InstallRoot): NodeState {
  try {
    const { generation, plugins } = readLive(realPathOf(luaRoot));
    return { ...(generation === undefined ? {} : { generation }), plugins: [...plugins.values()] };
  } catch (error) {
    throw asInstallFailure(error);
  }
}

/**
 * What a node knows beside its generations. Writes nothing and takes no mutex.
 * @throws KongcrateError INSTALL_FAILED when `state.json` is damaged
 */
export function readNodeRecords({ luaRoot }: InstallRoot): NodeRecords {
  try {
    return readStateFile(realPathOf(luaRoot));
  } catch (error) {
    throw asInstallFailure(error);
  }
}
