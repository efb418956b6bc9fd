import { listGenerations, readCurrent, readReceipt } from './generations.ts';
import { asInstallFailure } from './install-failure.ts';
import type { InstallRoot } from './install-root.ts';
import { lookAt } from './look-at.ts';
import { generationPath } from './node-paths.ts';
import { isSameInstall } from './plugin-receipt.ts';
import { realPathOf } from './real-path.ts';
import type { PluginReceipt, Receipt, ReceiptAction } from './receipt.ts';

/** One version of a plugin, as it was installed. */
export type PluginVersion = Pick<
  PluginReceipt,
  'version' | 'repository' | 'tag' | 'digest' | 'trust'
>;

/** A plugin that one generation holds otherwise than the one before it. */
export interface PluginChange {
  readonly name: string;
  /** Absent when it was not there before. */
  readonly from?: PluginVersion;
  /** Absent when it was taken out. */
  readonly to?: PluginVersion;
}

export interface HistoryEntry {
  readonly generation: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly action: ReceiptAction;
  readonly isLive: boolean;
  /** The names of all its plugins, sorted. */
  readonly plugins: readonly string[];
  /** By name. Absent when the generation before is no longer kept, so that nobody knows. */
  readonly changes?: readonly PluginChange[];
}

/**
 * Every generation that is kept, newest first, the live one at the head. Writes nothing and takes
 * no mutex.
 * @throws KongcrateError INSTALL_FAILED when `current` or a receipt is damaged
 */
export function readHistory(root: InstallRoot): readonly HistoryEntry[] {
  try {
    const path = realPathOf(root.luaRoot);
    const live = readCurrent(path);
    if (live === undefined) return [];
    const receipts = listGenerations(path)
      .filter((generation) => generation <= live)
      .flatMap((generation) => readKept(path, generation));
    return receipts.map((receipt, index) => describe(receipt, receipts[index - 1], live)).reverse();
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

function describe(
  { generation, createdAt, action, plugins }: Receipt,
  before: Receipt | undefined,
  live: number,
): HistoryEntry {
  const isKnown = generation === (before?.generation ?? 0) + 1;
  return {
    generation,
    createdAt,
    action,
    isLive: generation === live,
    plugins: [...plugins.keys()].sort(),
    ...(isKnown ? { changes: compare(before?.plugins ?? new Map(), plugins) } : {}),
  };
}

function compare(before: Receipt['plugins'], after: Receipt['plugins']): readonly PluginChange[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.flatMap((name) => {
    const [from, to] = [before.get(name), after.get(name)];
    if (from && to && isSameInstall(from, to)) return [];
    return [{ name, ...(from ? { from: brief(from) } : {}), ...(to ? { to: brief(to) } : {}) }];
  });
}

function brief({ version, repository, tag, digest, trust }: PluginReceipt): PluginVersion {
  return {
    ...(version === undefined ? {} : { version }),
    repository,
    ...(tag === undefined ? {} : { tag }),
    digest,
    trust,
  };
}
