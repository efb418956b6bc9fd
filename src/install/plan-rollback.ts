import { KongcrateError } from '../errors/kongcrate-error.ts';
import { checkTargets } from './check-targets.ts';
import { findStoreDrift } from './find-drift.ts';
import { listGenerations, readLive, readReceipt } from './generations.ts';
import { damagedState } from './install-failure.ts';
import type { CheckedRoot } from './install-root.ts';
import { isSameInstall } from './plugin-receipt.ts';
import type { PluginReceipt, Receipt } from './receipt.ts';
import { readStateFile, type NodeRecords } from './state-file.ts';

type Plugins = ReadonlyMap<string, PluginReceipt>;

export interface RollbackPlan {
  /** The live generation. */
  readonly generation: number;
  readonly live: Plugins;
  readonly restoredGeneration: number;
  /** Every plugin of the generation to come. */
  readonly plugins: Plugins;
  /** Plugins that come back as they were. */
  readonly restored: readonly PluginReceipt[];
  /** Names of plugins that did not exist then. */
  readonly removed: readonly string[];
  readonly records: NodeRecords;
}

/**
 * Decides what a rollback would do. Reads only; every stored file that would come back is hashed.
 * @throws KongcrateError NOTHING_TO_ROLL_BACK, NOT_OURS, INSTALL_FAILED
 */
export function planRollback(root: CheckedRoot, name: string | undefined): RollbackPlan {
  const { generation, plugins: live } = readLive(root.path);
  if (generation === undefined) throw nothing(`nothing was ever installed under ${root.path}`);
  const records = readStateFile(root.path);
  const earlier = receiptsBefore(root.path, generation);
  const target = lastDifferent(earlier, { live, name, records });
  if (!target) throw nothing(describeNothing(name, live));
  const plugins = name === undefined ? target.plugins : withPlugin(live, target.plugins, name);
  const restored = [...plugins.values()].filter((plugin) => {
    const installed = live.get(plugin.name);
    return !installed || !isSameInstall(installed, plugin);
  });
  const removed = [...live.keys()].filter((installed) => !plugins.has(installed));
  checkTargets(root.path, live, plugins);
  for (const plugin of restored) checkStore(root.path, plugin);
  const { generation: restoredGeneration } = target;
  return { generation, live, restoredGeneration, plugins, restored, removed, records };
}

/** Newest first, each read only when it is needed; without those that were undone. */
function* receiptsBefore(root: string, live: number): Generator<Receipt> {
  let isUndone = false;
  for (const generation of listGenerations(root).toReversed()) {
    if (generation > live) continue;
    const receipt = readReceipt(root, generation);
    if (generation < live && !isUndone) yield receipt;
    isUndone = receipt.action === 'undo';
  }
}

interface Wanted extends Pick<RollbackPlan, 'live' | 'records'> {
  readonly name: string | undefined;
}

/** The newest that holds something else, and nothing of it that did not work here. */
function lastDifferent(
  receipts: Generator<Receipt>,
  { live, name, records: { quarantined } }: Wanted,
): Receipt | undefined {
  const isSame = name === undefined ? isSameInstall : isSameDigest;
  for (const receipt of receipts) {
    const names = name === undefined ? [...live.keys(), ...receipt.plugins.keys()] : [name];
    const changed = names.filter((one) => {
      const [now, then] = [live.get(one), receipt.plugins.get(one)];
      return now && then ? !isSame(now, then) : now !== then;
    });
    const digests = changed.flatMap((one) => receipt.plugins.get(one)?.digest ?? []);
    if (changed.length > 0 && !digests.some((digest) => quarantined.has(digest))) return receipt;
  }
  return undefined;
}

function isSameDigest(one: PluginReceipt, other: PluginReceipt): boolean {
  return one.digest === other.digest;
}

function withPlugin(live: Plugins, earlier: Plugins, name: string): Plugins {
  const plugins = new Map(live);
  const plugin = earlier.get(name);
  if (plugin) plugins.set(name, plugin);
  else plugins.delete(name);
  return plugins;
}

function checkStore(root: string, plugin: PluginReceipt): void {
  const [drift] = findStoreDrift(root, plugin);
  if (!drift) return;
  throw damagedState(
    drift.path,
    `of ${plugin.name} ${plugin.version ?? plugin.digest} is no longer what was installed (${drift.problem})`,
    `Install ${plugin.repository}@${plugin.digest} again: that puts its files back.`,
  );
}

function describeNothing(name: string | undefined, live: Plugins): string {
  if (name === undefined) return 'no earlier generation holds anything else that worked here';
  return live.has(name)
    ? `${name} was the same, or failed, in every generation that is kept`
    : `${name} is in no generation that is kept`;
}

function nothing(what: string): KongcrateError {
  return new KongcrateError('NOTHING_TO_ROLL_BACK', what, {
    remedy: 'Install the version that you want instead; kongcrate status shows what is there.',
  });
}
