import { KongcrateError } from '../errors/kongcrate-error.ts';
import { refuseHeld } from './check-records.ts';
import { checkTargets } from './check-targets.ts';
import { readLive } from './generations.ts';
import type { CheckedRoot } from './install-root.ts';
import { notInstalled } from './not-installed.ts';
import type { PluginReceipt } from './receipt.ts';
import { readStateFile } from './state-file.ts';

export interface RemovePlan {
  /** The live generation. */
  readonly generation: number;
  readonly removed: readonly PluginReceipt[];
  /** Every plugin of the generation to come. */
  readonly plugins: ReadonlyMap<string, PluginReceipt>;
}

/**
 * Decides what a removal would do. Reads only.
 * @throws KongcrateError USAGE without a name, NOT_FOUND, HELD, NOT_OURS, INSTALL_FAILED
 */
export function planRemove(root: CheckedRoot, names: readonly string[]): RemovePlan {
  if (names.length === 0)
    throw new KongcrateError('USAGE', 'there is nothing to remove', {
      remedy: 'Name at least one plugin.',
    });
  const { generation = 0, plugins: live } = readLive(root.path);
  const records = readStateFile(root.path);
  const removed = [...new Set(names)].map((name) => {
    const plugin = live.get(name);
    if (!plugin) throw notInstalled(name, [...live.keys()], root.path);
    refuseHeld(records, name);
    return plugin;
  });
  const plugins = new Map(live);
  for (const { name } of removed) plugins.delete(name);
  checkTargets(root.path, live, plugins);
  return { generation, removed, plugins };
}
