import { findDrift } from '../../install/find-drift.ts';
import type { InstallRoot } from '../../install/install-root.ts';
import { readNodeRecords, readNodeState } from '../../install/read-node-state.ts';
import { realPathOf } from '../../install/real-path.ts';
import type { KongNode, NodePlace } from '../../kong/node/kong-node.ts';
import { readKongNode } from '../../kong/node/read-kong-node.ts';
import { readKongSettings } from '../../kong/read-kong-settings.ts';
import { isListed } from '../activation/expected-plugins.ts';
import { hasLoaded } from '../activation/loaded-generation.ts';
import type { SyncState } from './plan-sync.ts';

/**
 * Reads what stands on a node. Writes nothing, takes no mutex and asks nobody.
 * @param place without it no Kong is looked at
 * @throws KongcrateError INSTALL_FAILED when something of it is damaged, SOURCE_UNREADABLE
 */
export function readSyncState(root: InstallRoot, place: NodePlace | undefined): SyncState {
  const { plugins } = readNodeState(root);
  const { holds, quarantined } = readNodeRecords(root);
  const kong = place && { place, node: readKongNode(place) };
  return {
    ...{ holds, quarantined },
    plugins: plugins.map((plugin) => ({
      ...plugin,
      isWhole: findDrift(root, plugin).length === 0,
    })),
    ...(kong && readLists(kong)),
    isStale: kong !== undefined && isStale(root, plugins, kong.node),
  };
}

interface FoundKong {
  readonly place: NodePlace;
  readonly node: KongNode;
}

function readLists({ place, node }: FoundKong): Pick<SyncState, 'lists'> {
  const { plugins: configured, pluginsFrom, file } = readKongSettings(place);
  const { masterPid, plugins: running } = node;
  if (masterPid !== undefined) return { lists: { configured, running } };
  // Without Kong there is no list that somebody could have written.
  return file === undefined && pluginsFrom === 'default' ? {} : { lists: { configured } };
}

function isStale(
  { luaRoot }: InstallRoot,
  plugins: ReturnType<typeof readNodeState>['plugins'],
  node: KongNode,
): boolean {
  if (node.masterPid === undefined) return false;
  const isUsed = plugins.some(({ name }) => isListed(name, node.plugins));
  const held = new Map(plugins.map((plugin) => [plugin.name, plugin]));
  return isUsed && !hasLoaded({ path: realPathOf(luaRoot), plugins: held }, node);
}
