import { dirname, join } from 'node:path';
import { actAs } from './act-as.ts';
import { checkDirectory } from './check-directory.ts';
import { linksOfGeneration, listGenerations } from './generations.ts';
import type { CheckedRoot } from './install-root.ts';
import { lookAt, readLink } from './look-at.ts';
import { DIRECTORY_MODE, fixedLinkText, parentsOf, temporaryPath } from './node-paths.ts';

/**
 * Whether a fixed link of ours stands at this path: only its exact text says so, and that it is not
 * somewhere else, where a link in place of a directory leads.
 */
export function isFixedLink(root: string, path: string): boolean {
  if (readLink(join(root, path)) !== fixedLinkText(path)) return false;
  return parentsOf(path).every((parent) => lookAt(join(root, parent))?.isDirectory());
}

/**
 * Makes the fixed links that are missing. They lead into nothing until the switch that needs them.
 * @throws KongcrateError NOT_OURS when a directory above one is a link or another user's; an EEXIST
 *   error when something else appeared at such a path
 */
export function makeFixedLinks(root: CheckedRoot, paths: Iterable<string>): void {
  const changed = new Set<string>();
  for (const path of paths) {
    if (isFixedLink(root.path, path)) continue;
    ensureParents(root, path);
    root.files.symlink(fixedLinkText(path), join(root.path, path));
    changed.add(dirname(join(root.path, path)));
  }
  for (const directory of changed) root.files.syncDirectory(directory);
}

/** Removes the fixed links that some generation has and `needed` has not. */
export function removeFixedLinks(root: CheckedRoot, needed: ReadonlySet<string>): void {
  const changed = new Set<string>();
  for (const generation of listGenerations(root.path))
    for (const path of linksOfGeneration(root.path, generation).keys()) {
      if (needed.has(path) || !isFixedLink(root.path, path)) continue;
      root.files.unlink(join(root.path, path));
      changed.add(dirname(join(root.path, path)));
    }
  for (const directory of changed) root.files.syncDirectory(directory);
}

/** Makes the directories above a path; each comes into place with its mode, never without. */
export function ensureParents(root: CheckedRoot, path: string): void {
  for (const parent of parentsOf(path)) {
    const directory = join(root.path, parent);
    // Here again: recovery comes without a plan that has looked at the live links.
    actAs(root.owner, () => {
      checkDirectory(directory);
    });
    if (lookAt(directory)) continue;
    const made = temporaryPath(root.path, 'directory');
    root.files.makeDirectory(made, DIRECTORY_MODE);
    root.files.rename(made, directory);
    root.files.syncDirectory(dirname(directory));
  }
}
