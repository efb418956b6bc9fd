import { listGenerations, readReceipt } from './generations.ts';
import type { CheckedRoot } from './install-root.ts';
import { listDirectory } from './look-at.ts';
import { generationPath, statePath, storePath } from './node-paths.ts';
import { discard } from './recover.ts';
import { readStateFile } from './state-file.ts';

/**
 * Removes all but the newest generations and those that a Kong has loaded, and the store directories that neither they nor staged
 * plugins name. What they need is said by their receipts alone: a link may be missing, and its
 * plugin still be theirs.
 * @throws KongcrateError INSTALL_FAILED when state.json is damaged, and nothing goes then, or a receipt:
 *   then no store directory goes
 */
export function prune(root: CheckedRoot): void {
  const { staged, served } = readStateFile(root.path);
  const spared = new Set([...served.values(), ...root.sparedGenerations]);
  for (const generation of listGenerations(root.path).slice(0, -root.keepGenerations))
    if (!spared.has(generation)) discard(root, generationPath(root.path, generation));
  const needed = [
    ...listGenerations(root.path).flatMap((generation) => [
      ...readReceipt(root.path, generation).plugins.values(),
    ]),
    ...staged,
  ];
  const used = new Set(needed.map(({ layerDigest }) => storePath(root.path, layerDigest)));
  for (const name of listDirectory(statePath(root.path, 'store')))
    if (STORE_NAME.test(name)) {
      const path = statePath(root.path, 'store', name);
      if (!used.has(path)) discard(root, path);
    }
}

const STORE_NAME = /^sha256-[0-9a-f]{64}$/;
