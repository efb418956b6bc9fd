import type { ContentSnapshot } from '../content/content-snapshot.ts';
import type { Digest } from '../reference/digest.ts';
import { actAs } from './act-as.ts';
import { changeGeneration, type GenerationChange } from './change-generation.ts';
import type { ChangeHooks } from './change-hooks.ts';
import { changeNode, type ChangeOutcome } from './change-node.ts';
import { asInstallFailure, attempt } from './install-failure.ts';
import { checkInstallRoot, type CheckedRoot, type InstallRoot } from './install-root.ts';
import { planRollback, type RollbackPlan } from './plan-rollback.ts';
import { readEvidence } from './read-evidence.ts';
import type { PluginReceipt } from './receipt.ts';
import { readStateFile, writeStateFile, type NodeRecords } from './state-file.ts';

export interface RollbackOptions {
  /** The plugin to take back; without it, all of the generation before the live one. */
  readonly name?: string;
  readonly signal?: AbortSignal;
  /**
   * Judges the plugins that would come back, under today's policy and by their stored evidence.
   * What it throws ends the rollback before anything is changed.
   */
  readonly authorize: (
    plugins: readonly PluginReceipt[],
    evidenceOf: (plugin: PluginReceipt) => ContentSnapshot,
  ) => Promise<void>;
  /** Decides and refuses as always, but changes nothing. */
  readonly dryRun?: boolean;
  readonly hooks?: ChangeHooks;
}

export interface RolledBackPlugin {
  readonly name: string;
  /** What came back; absent where the plugin was taken out. */
  readonly version?: string;
  readonly digest?: Digest;
  readonly state: 'restored' | 'removed';
  readonly previousVersion?: string;
}

export interface RollbackOutcome extends ChangeOutcome {
  /** The live generation; with `dryRun`, the one there would be. */
  readonly generation: number;
  readonly previousGeneration: number;
  /** The generation whose state came back. */
  readonly restoredGeneration: number;
  /** Only the plugins that changed. */
  readonly plugins: readonly RolledBackPlugin[];
}

/**
 * Goes back by going forward: a new generation with what an earlier one held (DESIGN section 5).
 * Every plugin that changes is held from then on, and one that is held already changes all the same.
 * @throws KongcrateError NOTHING_TO_ROLL_BACK, NOT_OURS, NODE_BUSY, INTERRUPTED, INSTALL_FAILED (also
 *   when a stored file was changed), and whatever `authorize` throws; the old state is in place then
 */
export async function rollbackPlugins(
  root: InstallRoot,
  options: RollbackOptions,
): Promise<RollbackOutcome> {
  const { name, signal, hooks } = options;
  try {
    const checked = checkInstallRoot(root);
    const plan = async (): Promise<RollbackPlan> => {
      const decided = planRollback(checked, name);
      await options.authorize(decided.restored, (plugin) =>
        actAs(checked.owner, () => readEvidence(root, plugin)),
      );
      return decided;
    };
    if (options.dryRun === true) return outcomeOf(await actAs(checked.owner, plan));
    return await changeNode(checked, {
      plan,
      apply: (decided, mutex) => applyRollback(checked, decided, { mutex, signal, hooks }),
      signal,
    });
  } catch (error) {
    throw asInstallFailure(error);
  }
}

async function applyRollback(
  root: CheckedRoot,
  plan: RollbackPlan,
  { mutex, signal, hooks }: Pick<GenerationChange, 'mutex' | 'signal' | 'hooks'>,
): Promise<RollbackOutcome> {
  const outcome = outcomeOf(plan);
  const { generation } = outcome;
  const createdAt = root.now().toISOString();
  const receipt = { generation, createdAt, action: 'rollback', plugins: plan.plugins } as const;
  const { records } = plan;
  mutex.assertHeld();
  // Before the switch: whatever ends us in between leaves a hold too many, and none too few.
  writeStateFile(root, { ...records, holds: holdsAfter(records, outcome, createdAt) });
  try {
    await changeGeneration(root, { receipt, mutex, signal, hooks });
  } catch (error) {
    attempt(() => {
      if (mutex.isHeld())
        writeStateFile(root, { ...readStateFile(root.path), holds: records.holds });
    });
    throw error;
  }
  return outcome;
}

/** What was taken back must not come again by itself; a hold that is there keeps its reason. */
function holdsAfter(
  { holds }: NodeRecords,
  { plugins, previousGeneration }: RollbackOutcome,
  since: string,
): NodeRecords['holds'] {
  const made = plugins.map(({ name, previousVersion = `generation ${previousGeneration}` }) => {
    const hold = holds.get(name) ?? { since, reason: `rolled back from ${previousVersion}` };
    return [name, hold] as const;
  });
  return new Map([...holds, ...made]);
}

function outcomeOf(plan: RollbackPlan): RollbackOutcome {
  const restored = plan.restored.map(({ name, version, digest }) => ({
    name,
    ...(version === undefined ? {} : { version }),
    digest,
    state: 'restored' as const,
    ...previousOf(plan, name),
  }));
  const removed = plan.removed.map((name) => ({
    name,
    state: 'removed' as const,
    ...previousOf(plan, name),
  }));
  return {
    generation: plan.generation + 1,
    previousGeneration: plan.generation,
    restoredGeneration: plan.restoredGeneration,
    plugins: [...restored, ...removed],
  };
}

function previousOf(plan: RollbackPlan, name: string): { previousVersion?: string } {
  const version = plan.live.get(name)?.version;
  return version === undefined ? {} : { previousVersion: version };
}
