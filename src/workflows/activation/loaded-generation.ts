import { generationAt } from '../../install/generation-at.ts';
import { listGenerations, readReceipt } from '../../install/generations.ts';
import type { OccupiedNode } from '../../install/occupy-node.ts';
import { readNodeRecords } from '../../install/read-node-state.ts';
import type { KongNode } from '../../kong/node/kong-node.ts';
import { readProcessStart } from '../../kong/node/process-start.ts';
import { changedBetween } from './check-activation.ts';
import { isListed } from './expected-plugins.ts';

/**
 * The generation that was live when the oldest worker began: what it has loaded at most, since one that
 * nginx replaced is younger than its code.
 * @param luaRoot without links
 * @returns `undefined` where nobody knows when the workers began
 */
export function loadedGeneration(
  luaRoot: string,
  { workerPids }: Pick<KongNode, 'workerPids'>,
): number | undefined {
  const starts = workerPids.map(readProcessStart).filter((start) => start !== undefined);
  return starts.length === 0 ? undefined : generationAt(luaRoot, Math.min(...starts));
}

/** Whether it is certain that a node has loaded what is live: it was seen to, or began after it. */
export function hasLoaded(
  { path, plugins }: Pick<OccupiedNode, 'path' | 'plugins'>,
  { prefix, masterPid, plugins: list }: KongNode,
): boolean {
  const start = masterPid === undefined ? undefined : readProcessStart(masterPid);
  const first = start === undefined ? undefined : generationAt(path, start);
  const seen = readNodeRecords({ luaRoot: path }).served.get(prefix);
  return [first, seen].some((generation = 0) => {
    if (!listGenerations(path).includes(generation)) return false;
    const held = readReceipt(path, generation).plugins;
    return !changedBetween(held, plugins).some((name) => isListed(name, list));
  });
}
