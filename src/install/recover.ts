import { join } from 'node:path';
import { putBackAdopted } from './adopt-targets.ts';
import { makeFixedLinks, removeFixedLinks } from './fixed-links.ts';
import { listGenerations, readLive } from './generations.ts';
import type { CheckedRoot } from './install-root.ts';
import { listDirectory, lookAt } from './look-at.ts';
import { generationPath, statePath, temporaryPath } from './node-paths.ts';

/**
 * Brings the Lua root to exactly what the live generation says, whatever an earlier change left
 * behind when it ended. Everything follows from the disk alone, so there is no journal that could
 * disagree with it; where nothing was left behind, nothing is done. Needs the mutex.
 * @throws KongcrateError INSTALL_FAILED when `current` or the live receipt is damaged; NOT_OURS as
 *   for {@link makeFixedLinks}; errno errors
 */
export function recover(root: CheckedRoot): void {
  const { generation: current, plugins } = readLive(root.path);
  // By the receipt, not by what is left of the generation's own links.
  const needed = new Set([...plugins.values()].flatMap(({ links }) => links));
  removeFixedLinks(root, needed);
  putBackAdopted(root);
  for (const generation of listGenerations(root.path))
    if (current === undefined || generation > current)
      discard(root, generationPath(root.path, generation));
  const missing = [...needed].filter((path) => !lookAt(join(root.path, path)));
  makeFixedLinks(root, missing);
  for (const name of listDirectory(statePath(root.path, 'tmp')))
    root.files.removeTree(statePath(root.path, 'tmp', name));
}

/** Takes a directory away in one step, so that a part of it is never taken for the whole. */
export function discard(root: CheckedRoot, path: string): void {
  const aside = temporaryPath(root.path, 'discarded');
  root.files.rename(path, aside);
  root.files.removeTree(aside);
}
