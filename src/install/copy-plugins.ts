import { dirname, join } from 'node:path';
import type { ByteSource } from '../content/byte-source.ts';
import type { ArchivedFile } from '../content/extraction-plan.ts';
import { actAs } from './act-as.ts';
import type { ChangeOutcome } from './change-node.ts';
import { checkRequests, type InstallRequest } from './check-requests.ts';
import { ensureParents } from './fixed-links.ts';
import { asInstallFailure, attempt } from './install-failure.ts';
import type { InstalledPlugin } from './install-outcome.ts';
import {
  checkInstallRoot,
  removeStateDirectories,
  removeStateDirectory,
  type CheckedRoot,
  type InstallRoot,
} from './install-root.ts';
import { listDirectory } from './look-at.ts';
import { acquireMutex, type Mutex } from './mutex.ts';
import { FILE_MODE, statePath, temporaryPath } from './node-paths.ts';
import { planCopy, type CopyPlan, type CopyUnit } from './plan-copy.ts';
import { stageTree } from './stage-tree.ts';

export interface CopyOptions {
  readonly signal?: AbortSignal;
  /** Decides and refuses as always, but changes nothing. */
  readonly dryRun?: boolean;
}

export interface CopyOutcome extends ChangeOutcome {
  readonly plugins: readonly InstalledPlugin[];
}

/**
 * Writes plugins as plain directories and files, for images: no links and no state. Each directory
 * and each file beside it comes into place whole, and nothing is overwritten; a copy that was cut
 * off goes on when it is run again.
 * @throws KongcrateError USAGE (also for a root that has generations), DIGEST_MISMATCH,
 *   PLUGIN_REFUSED, NOT_OURS, NODE_BUSY, INTERRUPTED, INSTALL_FAILED
 */
export async function copyPlugins(
  root: InstallRoot,
  requests: readonly InstallRequest[],
  options: CopyOptions,
): Promise<CopyOutcome> {
  try {
    checkRequests(requests);
    const checked = checkInstallRoot(root);
    const plan = (): CopyPlan => actAs(checked.owner, () => planCopy(checked, requests));
    const { plugins } = plan();
    if (options.dryRun === true) return { plugins };
    return await underMutex(checked, options.signal, async () => {
      const decided = plan();
      for (const unit of decided.units) await copyUnit(checked, unit, options.signal);
      return { plugins: decided.plugins };
    });
  } catch (error) {
    throw asInstallFailure(error);
  }
}

async function underMutex(
  root: CheckedRoot,
  signal: AbortSignal | undefined,
  work: () => Promise<CopyOutcome>,
): Promise<CopyOutcome> {
  const mutex = await acquireMutex(root, signal);
  try {
    const outcome = await work();
    const notCleanedUp = cleanUp(root, mutex);
    return notCleanedUp === undefined ? outcome : { ...outcome, notCleanedUp };
  } catch (error) {
    cleanUp(root, mutex);
    throw error;
  }
}

function cleanUp(root: CheckedRoot, mutex: Mutex): string | undefined {
  const notEmptied = attempt(() => {
    if (!mutex.isHeld()) return;
    for (const name of listDirectory(statePath(root.path, 'tmp')))
      root.files.removeTree(statePath(root.path, 'tmp', name));
    removeStateDirectories(root);
  });
  const notRemoved = attempt(() => {
    mutex.release();
    removeStateDirectory(root);
  });
  return notEmptied ?? notRemoved;
}

async function copyUnit(
  root: CheckedRoot,
  { path, isDirectory, files }: CopyUnit,
  signal: AbortSignal | undefined,
): Promise<void> {
  const target = join(root.path, path);
  ensureParents(root, path);
  if (isDirectory) {
    const inside = files.map((file): [string, ByteSource] => [within(path, file), file.bytes]);
    await stageTree(root, target, { files: new Map(inside), links: new Map(), signal });
    return;
  }
  const aside = temporaryPath(root.path, 'file');
  for (const { bytes } of files) root.files.writeFile(aside, bytes, FILE_MODE);
  root.files.rename(aside, target);
  root.files.syncDirectory(dirname(target));
}

const within = (directory: string, { path }: ArchivedFile): string =>
  path.slice(directory.length + 1);
