import { join } from 'node:path';
import type { Digest } from '../reference/digest.ts';
import type { ChangeOutcome } from './change-node.ts';
import type { CheckedRoot } from './install-root.ts';
import type { InstallPlan, InstallState, InstallStep } from './plan-install.ts';
import type { PluginReceipt } from './receipt.ts';

export interface InstalledPlugin {
  readonly name: string;
  readonly version?: string;
  readonly digest: Digest;
  readonly state: InstallState;
  readonly previousVersion?: string;
}

/** A plugin that was taken out. */
export type RemovedPlugin = Pick<InstalledPlugin, 'name' | 'version' | 'digest'>;

/** Something that stood in the place of a plugin, and where it is kept now. */
export interface AdoptedTarget {
  readonly path: string;
  readonly backup: string;
}

export interface InstallOutcome extends ChangeOutcome {
  /** The live generation; with `dryRun`, the one there would be. */
  readonly generation: number;
  /** Absent when no new generation was needed, or there was none before. */
  readonly previousGeneration?: number;
  readonly plugins: readonly InstalledPlugin[];
  /** What was taken out; absent when nothing was. */
  readonly removed?: readonly RemovedPlugin[];
  /** What was taken over; absent when nothing was. */
  readonly adopted?: readonly AdoptedTarget[];
}

/** What an install that goes as planned will say of itself. */
export function outcomeOf(root: CheckedRoot, plan: InstallPlan): InstallOutcome {
  const { live, steps, removed, adoption, isStaging } = plan;
  const { generation = 0 } = live;
  const plugins = steps.map((step) => describeStep(step, isStaging));
  const keepsAll =
    !adoption && removed.length === 0 && steps.every(({ keepsReceipt }) => keepsReceipt);
  if (isStaging || keepsAll) return { generation, plugins };
  const adopted = adoption?.paths.map((path) => ({
    path: join(root.path, path),
    backup: join(adoption.backup, path),
  }));
  return {
    generation: generation + 1,
    ...(generation === 0 ? {} : { previousGeneration: generation }),
    plugins,
    ...(removed.length === 0 ? {} : { removed: removed.map(describeRemoved) }),
    ...(adopted ? { adopted } : {}),
  };
}

function describeRemoved({ name, version, digest }: PluginReceipt): RemovedPlugin {
  return { name, ...(version === undefined ? {} : { version }), digest };
}

/** Whether the very artifact of a step is live. */
export function isLive({ state }: InstallStep): boolean {
  return state === 'unchanged' || state === 'repaired';
}

function describeStep(step: InstallStep, isStaging: boolean): InstalledPlugin {
  const { receipt, installed } = step;
  const { name, version, digest } = receipt;
  const state: InstallState = isStaging && !isLive(step) ? 'staged' : step.state;
  const previousVersion = isLive(step) ? undefined : installed?.version;
  return {
    name,
    ...(version === undefined ? {} : { version }),
    digest,
    state,
    ...(previousVersion === undefined ? {} : { previousVersion }),
  };
}
