import type { InstallRoot } from '../install/install-root.ts';
import { notInstalled } from '../install/not-installed.ts';
import { readHistory as readKept, type HistoryEntry } from '../install/read-history.ts';
import { demandLuaRoot } from './demand-lua-root.ts';

export interface NodeHistory {
  /** Newest first. */
  readonly generations: readonly HistoryEntry[];
}

/**
 * What was done to a node, as far as its generations are kept. Writes nothing, takes no mutex.
 * @param name one plugin: only the generations in which it changed, and only its changes
 * @throws KongcrateError NOT_FOUND when no generation has the plugin or the root is not there,
 *   USAGE, INSTALL_FAILED when a receipt is damaged
 */
export function readHistory(root: InstallRoot, name?: string): NodeHistory {
  demandLuaRoot(root);
  const generations = readKept(root);
  if (name === undefined) return { generations };
  const known = new Set(generations.flatMap(({ plugins }) => plugins));
  if (!known.has(name)) throw notInstalled(name, [...known], root.luaRoot);
  return { generations: generations.flatMap((entry) => onlyOf(name, entry)) };
}

function onlyOf(name: string, entry: HistoryEntry): readonly HistoryEntry[] {
  const changes = (entry.changes ?? []).filter((change) => change.name === name);
  return changes.length > 0 ? [{ ...entry, changes }] : [];
}
