import type { Digest } from '../reference/digest.ts';
import { actAs } from './act-as.ts';
import { changeNode, type ChangeOutcome } from './change-node.ts';
import { asInstallFailure } from './install-failure.ts';
import { checkInstallRoot, type InstallRoot } from './install-root.ts';
import { planRemove, type RemovePlan } from './plan-remove.ts';
import type { PluginReceipt } from './receipt.ts';
import { switchGeneration } from './switch-generation.ts';

export interface RemoveOptions {
  readonly signal?: AbortSignal;
  /** What it throws ends the removal before anything is changed. */
  readonly authorize: (plugins: readonly PluginReceipt[]) => void;
  /** Decides and refuses as always, but changes nothing. */
  readonly dryRun?: boolean;
}

export interface RemoveOutcome extends ChangeOutcome {
  /** The live generation; with `dryRun`, the one there would be. */
  readonly generation: number;
  readonly previousGeneration: number;
  readonly plugins: readonly {
    readonly name: string;
    readonly version?: string;
    readonly digest: Digest;
  }[];
}

/**
 * Takes plugins out, all or none: a new generation without them. Their files stay in the store as
 * long as an earlier generation holds them, so that a rollback brings them back.
 * @throws KongcrateError USAGE, NOT_FOUND, HELD, NOT_OURS, NODE_BUSY, INTERRUPTED, INSTALL_FAILED,
 *   and whatever `authorize` throws; the old state is in place then
 */
export async function removePlugins(
  root: InstallRoot,
  names: readonly string[],
  options: RemoveOptions,
): Promise<RemoveOutcome> {
  const { signal, authorize } = options;
  try {
    const checked = checkInstallRoot(root);
    const plan = (): RemovePlan => planRemove(checked, names);
    // Never within the plan, which is made as the user to whom the Lua root belongs.
    const permit = (decided: RemovePlan): RemoveOutcome => {
      authorize(decided.removed);
      return outcomeOf(decided);
    };
    if (options.dryRun === true) return permit(actAs(checked.owner, plan));
    return await changeNode(checked, {
      plan,
      apply: async (decided, mutex) => {
        const outcome = permit(decided);
        const { generation } = outcome;
        const { plugins } = decided;
        const createdAt = checked.now().toISOString();
        const receipt = { generation, createdAt, action: 'remove', plugins } as const;
        await switchGeneration(checked, { receipt, mutex, signal });
        return outcome;
      },
      signal,
    });
  } catch (error) {
    throw asInstallFailure(error);
  }
}

function outcomeOf({ generation, removed }: RemovePlan): RemoveOutcome {
  return {
    generation: generation + 1,
    previousGeneration: generation,
    plugins: removed.map(({ name, version, digest }) => ({
      name,
      ...(version === undefined ? {} : { version }),
      digest,
    })),
  };
}
