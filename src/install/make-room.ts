import { dirname, join } from 'node:path';
import type { CheckedRoot } from './install-root.ts';
import { lookAt } from './look-at.ts';
import { DIRECTORY_MODE, directoriesOf, temporaryPath } from './node-paths.ts';

/** Makes the directories below `base` that files at these paths need, in place of anything else. */
export function ensureDirectories(root: CheckedRoot, base: string, paths: readonly string[]): void {
  for (const directory of directoriesOf(paths)) {
    const path = join(base, directory);
    if (lookAt(path)?.isDirectory() === true) continue;
    if (lookAt(path)) moveAside(root, path);
    root.files.makeDirectory(path, DIRECTORY_MODE);
    root.files.syncDirectory(dirname(path));
  }
}

/** Takes something out of the way; it is removed with everything in tmp. */
export function moveAside(root: CheckedRoot, path: string): void {
  root.files.rename(path, temporaryPath(root.path, 'aside'));
}
