import { dirname } from 'node:path';
import { adoptTargets, prepareAdoption, type Adoption } from './adopt-targets.ts';
import { makeFixedLinks } from './fixed-links.ts';
import { BEFORE_THE_FIRST } from './generations.ts';
import type { CheckedRoot } from './install-root.ts';
import { throwIfInterrupted } from './interruption.ts';
import { lookAt } from './look-at.ts';
import type { Mutex } from './mutex.ts';
import { generationPath, statePath, temporaryPath } from './node-paths.ts';
import { encodeReceipt, type Receipt } from './receipt.ts';
import { generationLinks } from './generation-links.ts';
import { stageTree } from './stage-tree.ts';

export interface Switch {
  readonly receipt: Receipt;
  readonly mutex: Mutex;
  readonly signal: AbortSignal | undefined;
  /** What stands in the place of fixed links and is to be taken over. */
  readonly adoption?: Adoption | undefined;
  /** The generation is there, and nothing leads to it yet. What it throws ends the switch. */
  readonly beforeMove?: () => Promise<void>;
}

/**
 * Makes a generation and switches to it: one rename of `current`, before which nothing of it can be
 * seen. Whoever calls cleans up after it. The store must hold every plugin already.
 * @throws KongcrateError INTERRUPTED, NODE_BUSY; errno errors; the old generation is live then
 */
export async function switchGeneration(
  root: CheckedRoot,
  { receipt, mutex, signal, adoption, beforeMove }: Switch,
): Promise<void> {
  const links = generationLinks([...receipt.plugins.values()]);
  const current = statePath(root.path, 'current');
  // On the disk before any generation is, so that a `current` that was lost is known from one to come.
  if (!lookAt(current)) {
    root.files.symlink(BEFORE_THE_FIRST, current);
    root.files.syncDirectory(dirname(current));
  }
  await stageTree(root, generationPath(root.path, receipt.generation), {
    files: new Map([['receipt.json', encodeReceipt(receipt)]]),
    links,
    signal,
  });
  if (adoption) prepareAdoption(root, adoption);
  const adopted = new Set(adoption?.paths);
  makeFixedLinks(
    root,
    [...links.keys()].filter((path) => !adopted.has(path)),
  );
  await beforeMove?.();
  const next = temporaryPath(root.path, 'current');
  root.files.symlink(`generations/${receipt.generation}`, next);
  throwIfInterrupted(signal);
  mutex.assertHeld();
  if (adoption) adoptTargets(root, adoption);
  makeFixedLinks(root, adopted);
  root.files.rename(next, current);
}
