import { actAs } from './act-as.ts';
import { putBackAdopted } from './adopt-targets.ts';
import { readLive, readReceipt } from './generations.ts';
import type { CheckedRoot } from './install-root.ts';
import type { Mutex } from './mutex.ts';
import type { Receipt } from './receipt.ts';
import { switchGeneration } from './switch-generation.ts';

/**
 * Makes exactly what an earlier generation held live again, as a new one: no trust decision, no hold.
 * What the generations behind it took over is put back. Done again after a kill it comes to the same.
 * @param generation 0 stands for the time before anything was installed
 * @throws KongcrateError INSTALL_FAILED when that generation is gone or damaged, NODE_BUSY; errno errors
 */
export async function restoreGeneration(
  root: CheckedRoot,
  mutex: Mutex,
  generation: number,
): Promise<void> {
  const receipt = actAs(root.owner, (): Receipt => {
    const { generation: live = 0 } = readLive(root.path);
    const plugins = generation === 0 ? new Map() : readReceipt(root.path, generation).plugins;
    const createdAt = root.now().toISOString();
    // Before the switch: until it comes, the generation that took them over is the live one.
    putBackAdopted(root, generation);
    return { generation: live + 1, createdAt, action: 'undo', plugins };
  });
  await switchGeneration(root, { receipt, mutex, signal: undefined });
}
