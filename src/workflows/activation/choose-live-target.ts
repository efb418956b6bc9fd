import { readReceipt } from '../../install/generations.ts';
import { messageOf } from '../../errors/kongcrate-error.ts';
import type { OccupiedNode } from '../../install/occupy-node.ts';
import type { PluginReceipt } from '../../install/receipt.ts';
import type { KongNode } from '../../kong/node/kong-node.ts';
import { changedBetween, type ActivationTarget } from './check-activation.ts';
import { isListed } from './expected-plugins.ts';
import { loadedGeneration } from './loaded-generation.ts';

type Plugins = ReadonlyMap<string, PluginReceipt>;

/**
 * What is live already, as the target of an activation. What comes back if it fails is what the
 * workers have loaded: the generation that was live when they began.
 */
export function chooseLiveTarget(
  { path, generation, plugins, pathOf }: OccupiedNode,
  node: KongNode,
  wanted: Pick<ActivationTarget, 'luaRoot' | 'enable' | 'disable' | 'editsConf'>,
): ActivationTarget {
  const loaded = loadedGeneration(path, node);
  const held: Plugins =
    loaded === undefined || loaded === 0 ? new Map() : readReceipt(path, loaded).plugins;
  // What Kong does not list it has not loaded, whatever stood there.
  const isAnother =
    loaded !== undefined &&
    changedBetween(held, plugins).some((name) => isListed(name, node.plugins));
  return {
    ...wanted,
    ...{ generation, next: generation, after: plugins, tree: pathOf(generation) },
    enable: wanted.enable.filter((name) => plugins.has(name)),
    ...(isAnother ? { restores: loaded, before: held } : { restores: generation, before: plugins }),
  };
}

/**
 * Makes live again what a failed activation is to bring back.
 * @returns why it is not
 */
export async function goBack(
  { returnTo }: OccupiedNode,
  { next, restores }: ActivationTarget,
): Promise<string | undefined> {
  try {
    if (restores !== next) await returnTo(restores);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
