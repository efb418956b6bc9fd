import type { Digest } from '../reference/digest.ts';
import { listGenerations, readCurrent, readReceipt } from './generations.ts';
import { asInstallFailure } from './install-failure.ts';
import { realPathOf, type InstallRoot } from './install-root.ts';
import { lookAt } from './look-at.ts';
import { generationPath } from './node-paths.ts';
import type { PluginReceipt, Receipt, ReceiptAction } from './receipt.ts';

export { readEvidence } from './read-evidence.ts';

export interface HistoryEntry {
  readonly generation: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly action: ReceiptAction;
  readonly plugins: readonly {
    readonly name: string;
    readonly version?: string;
    readonly digest: Digest;
  }[];
}

export interface NodeState {
  /** The live generation; absent when nothing was ever installed. */
  readonly generation?: number;
  readonly plugins: readonly PluginReceipt[];
  /** Every generation that is kept, oldest first, the live one last. */
  readonly history: readonly HistoryEntry[];
}

/**
 * What is installed under a Lua root, by its receipts. Writes nothing and takes no mutex, so it works
 * on a read-only root and while a change is made: what it returns was live at one moment.
 * @throws KongcrateError INSTALL_FAILED when `current` or a receipt is damaged
 */
export function readNodeState(root: InstallRoot): NodeState {
  try {
    const path = realPathOf(root.luaRoot);
    const generation = readCurrent(path);
    if (generation === undefined) return { plugins: [], history: [] };
    const receipts = listGenerations(path)
      .filter((number) => number <= generation)
      .flatMap((number) => readKept(path, number));
    const live = receipts.find((receipt) => receipt.generation === generation);
    // A run of changes pruned it between the two looks.
    if (!live) return readNodeState(root);
    return {
      generation,
      plugins: [...live.plugins.values()],
      history: receipts.map(describeReceipt),
    };
  } catch (error) {
    throw asInstallFailure(error);
  }
}

/** A receipt, or none when its generation was pruned meanwhile. */
function readKept(root: string, generation: number): readonly Receipt[] {
  try {
    return [readReceipt(root, generation)];
  } catch (error) {
    if (lookAt(generationPath(root, generation))) throw error;
    return [];
  }
}

function describeReceipt({ generation, createdAt, action, plugins }: Receipt): HistoryEntry {
  return {
    generation,
    createdAt,
    action,
    plugins: [...plugins.values()].map(({ name, version, digest }) => ({
      name,
      ...(version === undefined ? {} : { version }),
      digest,
    })),
  };
}
