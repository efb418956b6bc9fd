import { dirname } from 'node:path';
import { actAs } from './act-as.ts';
import type { ChangeHooks } from './change-hooks.ts';
import { readCurrent, readLive } from './generations.ts';
import { asInstallFailure } from './install-failure.ts';
import type { CheckedRoot } from './install-root.ts';
import { messageOf } from '../errors/kongcrate-error.ts';
import { generationPath, statePath } from './node-paths.ts';
import { restoreGeneration } from './restore-generation.ts';
import { switchGeneration, type Switch } from './switch-generation.ts';

export interface GenerationChange extends Omit<Switch, 'beforeMove'> {
  readonly hooks?: ChangeHooks | undefined;
}

/**
 * Switches to a new generation with what has to happen around it. When a hook fails behind the
 * switch, what was live before is live again, under a number of its own.
 * @throws as {@link switchGeneration}, and what the hooks throw
 */
export async function changeGeneration(
  root: CheckedRoot,
  { hooks, ...change }: GenerationChange,
): Promise<void> {
  if (!hooks) {
    await switchGeneration(root, change);
    return;
  }
  const { generation: previousGeneration = 0, plugins: before } = readLive(root.path);
  const { generation, plugins: after } = change.receipt;
  const path = generationPath(root.path, generation);
  const beforeMove = (): Promise<void> =>
    hooks.beforeSwitch({ path, generation, previousGeneration, before, after });
  try {
    await switchGeneration(root, { ...change, beforeMove });
    // Kong must not be told of anything that a power failure could take back.
    root.files.syncDirectory(dirname(statePath(root.path, 'current')));
    await hooks.afterSwitch();
  } catch (error) {
    await hooks.afterFailure(error, await goBack(root, change, previousGeneration));
    throw error;
  }
}

/** @returns why the old state is not live again */
async function goBack(
  root: CheckedRoot,
  { receipt, mutex }: GenerationChange,
  previousGeneration: number,
): Promise<string | undefined> {
  try {
    const current = actAs(root.owner, () => readCurrent(root.path));
    if (current === receipt.generation) await restoreGeneration(root, mutex, previousGeneration);
    return undefined;
  } catch (error) {
    return messageOf(asInstallFailure(error));
  }
}
