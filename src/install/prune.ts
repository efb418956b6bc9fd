import { linksOfGeneration, listDirectory, listGenerations } from './generations.ts';
import type { CheckedRoot } from './install-root.ts';
import { generationPath, statePath } from './node-paths.ts';
import { discard } from './recover.ts';

/** Removes all but the newest generations, and the store directories that none of them leads to. */
export function prune(root: CheckedRoot): void {
  const generations = listGenerations(root.path);
  for (const generation of generations.slice(0, -root.keepGenerations))
    discard(root, generationPath(root.path, generation));
  const used = new Set(
    listGenerations(root.path).flatMap((generation) =>
      [...linksOfGeneration(root.path, generation).values()].map(storeNameIn),
    ),
  );
  for (const name of listDirectory(statePath(root.path, 'store')))
    if (STORE_NAME.test(name) && !used.has(name))
      discard(root, statePath(root.path, 'store', name));
}

const STORE_NAME = /^sha256-[0-9a-f]{64}$/;

/** The store directory that a generation's link leads into. */
function storeNameIn(text: string): string | undefined {
  return text.split('/').find((segment) => STORE_NAME.test(segment));
}
