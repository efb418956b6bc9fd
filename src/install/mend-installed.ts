import { join, sep } from 'node:path';
import { changeNode, type ChangeOutcome } from './change-node.ts';
import { asInstallFailure } from './install-failure.ts';
import { checkInstallRoot, type CheckedRoot, type InstallRoot } from './install-root.ts';
import { lookAt } from './look-at.ts';
import { DIRECTORY_MODE, FILE_MODE, statePath, temporaryPath } from './node-paths.ts';
import { readPlainFile } from '../system/read-plain-file.ts';

/** Above every file that is installed. */
const MAX_FILE_BYTES = 256 * 1024 * 1024;

/**
 * Gives what kongcrate made the modes that Kong's workers need, and makes fixed links that are
 * missing. No byte of a file changes.
 * @param paths what has another mode, without links; what is not in kongcrate's own directory stays
 * @throws KongcrateError NOT_OURS, NODE_BUSY, INTERRUPTED, INSTALL_FAILED
 */
export async function mendInstalled(
  root: InstallRoot,
  paths: readonly string[],
  signal: AbortSignal | undefined,
): Promise<ChangeOutcome> {
  try {
    // Nothing is installed here, so nothing old has to go.
    const checked = checkInstallRoot({ ...root, keepGenerations: Number.MAX_SAFE_INTEGER });
    return await changeNode(checked, {
      // A directory before what is in it.
      plan: () => [...paths].sort(),
      // The links are what every change begins with: `recover` makes them.
      apply: (sorted) => {
        for (const path of sorted) openPath(checked, path);
        return Promise.resolve({});
      },
      signal,
    });
  } catch (error) {
    throw asInstallFailure(error);
  }
}

function openPath(root: CheckedRoot, path: string): void {
  if (!path.startsWith(statePath(root.path) + sep)) return;
  const stats = lookAt(path);
  if (stats?.isDirectory()) root.files.setDirectoryMode(path, DIRECTORY_MODE);
  else if (stats?.isFile()) replaceFile(root, path);
}

/** A copy in its place: nobody ever sees half a file, nor one that is being opened for others. */
function replaceFile(root: CheckedRoot, path: string): void {
  const bytes = readPlainFile(path, MAX_FILE_BYTES);
  if (!bytes) return;
  const aside = temporaryPath(root.path, 'mode');
  root.files.writeFile(aside, bytes, FILE_MODE);
  root.files.rename(aside, path);
  root.files.syncDirectory(join(path, '..'));
}
