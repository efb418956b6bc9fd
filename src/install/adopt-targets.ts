import { dirname, join } from 'node:path';
import { errnoOf } from '../errors/kongcrate-error.ts';
import { actAs } from './act-as.ts';
import { copyTree, isPartOf } from './copy-tree.ts';
import { isFixedLink } from './fixed-links.ts';
import { linksOfGeneration, listGenerations, readCurrent } from './generations.ts';
import type { CheckedRoot } from './install-root.ts';
import { listDirectory, lookAt } from './look-at.ts';
import { ensureDirectories, moveAside } from './make-room.ts';
import { statePath, temporaryPath } from './node-paths.ts';

/** What is taken over, and where it is kept from then on. */
export interface Adoption {
  /** Relative to the Lua root. */
  readonly paths: readonly string[];
  /** The directory below which each stands at its own path. */
  readonly backup: string;
}

/** Names the backup of a generation to come: its number tells whether it ever went live. */
export function planAdoption(
  root: CheckedRoot,
  generation: number,
  paths: readonly string[],
): Adoption {
  const time = root.now().toISOString().replace(/[-:.]/g, '');
  return { paths, backup: statePath(root.path, 'backup', `${generation}-${time}`) };
}

/** Makes the directories of a backup: what takes time comes before anything is out of its place. */
export function prepareAdoption(root: CheckedRoot, { paths, backup }: Adoption): void {
  const base = statePath(root.path);
  const relative = backup.slice(base.length + 1);
  ensureDirectories(
    root,
    base,
    paths.map((path) => `${relative}/${path}`),
  );
}

/**
 * Moves what stands at the paths into the backup. From here until the switch recovery would put it
 * back, so the two belong close together.
 * @throws KongcrateError NOT_OURS for what can be neither moved nor copied; errno errors
 */
export function adoptTargets(root: CheckedRoot, { paths, backup }: Adoption): void {
  // What is copied is read too, and root could read more than the owner may have.
  actAs(root.owner, () => {
    for (const path of paths) adopt(root, join(root.path, path), join(backup, path));
  });
}

function adopt(root: CheckedRoot, target: string, kept: string): void {
  const isMoved = tryToMove(root, target, kept);
  if (!isMoved) {
    const aside = temporaryPath(root.path, 'adopted');
    copyTree(root.files, target, aside);
    root.files.rename(aside, kept);
  }
  root.files.syncDirectory(dirname(kept));
  if (!isMoved) root.files.removeTree(target);
  root.files.syncDirectory(dirname(target));
}

/**
 * Puts back what generations took over that never went live; what somebody else has put there
 * meanwhile stays, and so does the backup then. Needs the mutex.
 * @param last the newest generation that keeps what it took over; the live one unless told
 * @throws KongcrateError INSTALL_FAILED when `current` is damaged; errno errors
 */
export function putBackAdopted(
  root: CheckedRoot,
  last: number = readCurrent(root.path) ?? 0,
): void {
  for (const name of listDirectory(statePath(root.path, 'backup'))) {
    const generation = Number(/^([0-9]+)-/.exec(name)?.[1] ?? 0);
    if (generation <= last || !listGenerations(root.path).includes(generation)) continue;
    const backup = statePath(root.path, 'backup', name);
    const kept = [...linksOfGeneration(root.path, generation).keys()].filter((path) =>
      lookAt(join(backup, path)),
    );
    const isEmptied = kept.map((path) => putBack(root, path, join(backup, path))).every(Boolean);
    if (isEmptied) root.files.removeTree(backup);
  }
}

function putBack(root: CheckedRoot, path: string, kept: string): boolean {
  const target = join(root.path, path);
  if (isFixedLink(root.path, path)) root.files.unlink(target);
  const isMoved = !lookAt(target) && tryToMove(root, kept, target);
  if (!isMoved) {
    if (!isPartOf(target, kept)) return false;
    copyTree(root.files, kept, target);
    moveAside(root, kept);
  }
  root.files.syncDirectory(dirname(target));
  return true;
}

/** rename(2) moves nothing to another file system, and no directory of a lower layer (overlayfs). */
function tryToMove(root: CheckedRoot, from: string, to: string): boolean {
  try {
    root.files.rename(from, to);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EXDEV') return false;
    throw error;
  }
}
