import { changeNode, type ChangeOutcome } from './change-node.ts';
import { readLive } from './generations.ts';
import { asInstallFailure } from './install-failure.ts';
import { checkInstallRoot, type InstallRoot } from './install-root.ts';
import { generationPath } from './node-paths.ts';
import type { PluginReceipt } from './receipt.ts';
import { restoreGeneration } from './restore-generation.ts';

/** What is live, for as long as nobody else can change it. */
export interface OccupiedNode {
  /** The Lua root without links. */
  readonly path: string;
  /** 0 where nothing was ever installed. */
  readonly generation: number;
  readonly plugins: ReadonlyMap<string, PluginReceipt>;
  /** The directory of a generation, a Lua package root. */
  readonly pathOf: (generation: number) => string;
  /** Makes what a generation held live again, as one more; 0 is before anything was installed. */
  readonly returnTo: (generation: number) => Promise<void>;
}

/**
 * Does something about what is live under the mutex, without changing the files first.
 * @throws KongcrateError NODE_BUSY, INTERRUPTED, NOT_OURS, INSTALL_FAILED, and what `work` throws
 */
export async function occupyNode<Result extends object>(
  root: InstallRoot,
  work: (node: OccupiedNode) => Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result & ChangeOutcome> {
  try {
    const checked = checkInstallRoot(root);
    return await changeNode(checked, {
      plan: () => readLive(checked.path),
      apply: ({ generation = 0, plugins }, mutex): Promise<Result & ChangeOutcome> =>
        work({
          path: checked.path,
          generation,
          plugins,
          pathOf: (number) => generationPath(checked.path, number),
          returnTo: (number) => restoreGeneration(checked, mutex, number),
        }),
      signal,
    });
  } catch (error) {
    throw asInstallFailure(error);
  }
}
