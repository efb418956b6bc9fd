import { dirname, join } from 'node:path';
import { errnoOf, KongcrateError } from '../errors/kongcrate-error.ts';
import { primaryGroupOf } from '../system/accounts.ts';
import { actAs, asOwner, type Identity } from './act-as.ts';
import { checkDirectory, checkOwner } from './check-directory.ts';
import { nodeFileOperations, type FileOperations } from './file-operations.ts';
import { listDirectory, lookAt } from './look-at.ts';
import { DIRECTORY_MODE, statePath } from './node-paths.ts';
import { componentsOf, linksTo, realPathOf } from './real-path.ts';

/** The Lua root of a node and how it is worked on. */
export interface InstallRoot {
  /** The directory that is on Kong's `lua_package_path`; made when it is missing. */
  readonly luaRoot: string;
  readonly files?: FileOperations;
  /** How long another kongcrate at work is waited for; 30,000 unless told. */
  readonly lockWaitMs?: number;
  /** How many generations are kept, the live one among them; 5 unless told. */
  readonly keepGenerations?: number;
  /** Generations that are kept besides: what a running Kong has loaded. */
  readonly sparedGenerations?: readonly number[];
  readonly now?: () => Date;
}

/** An install root that passed {@link checkInstallRoot}, every default filled in. */
export interface CheckedRoot extends Required<Omit<InstallRoot, 'luaRoot'>> {
  /** The Lua root without links. */
  readonly path: string;
  /** As whom root works on it, when it belongs to another user; `files` do so already. */
  readonly owner: Identity | undefined;
}

const STATE_DIRECTORIES = ['', 'generations', 'store', 'tmp'];

/**
 * Checks a Lua root before anything is written below it, and writes nothing itself. As root we act
 * from here on as the user to whom the Lua root belongs, so that links planted there lead nowhere.
 * @throws KongcrateError USAGE for an impossible `keepGenerations`; INSTALL_FAILED where anyone on
 *   the machine could exchange the directory; NOT_OURS where another user could, or where a link or
 *   file stands in place of one of kongcrate's directories
 */
export function checkInstallRoot(root: InstallRoot): CheckedRoot {
  const { luaRoot, keepGenerations = 5, files = nodeFileOperations, ...rest } = root;
  if (!Number.isSafeInteger(keepGenerations) || keepGenerations < 1)
    throw new KongcrateError('USAGE', `cannot keep ${keepGenerations} generations`, {
      remedy: 'Give a whole number of at least 1; rollback needs 2.',
    });
  const path = realPathOf(luaRoot);
  const owner = ownerOf(path);
  actAs(owner, () => {
    checkPlace(luaRoot, path);
  });
  return {
    lockWaitMs: 30_000,
    now: () => new Date(),
    sparedGenerations: [],
    ...rest,
    files: asOwner(files, path, owner),
    keepGenerations,
    path,
    owner,
  };
}

/** The user to whom a Lua root belongs, or would belong; `undefined` where we stay who we are. */
function ownerOf(path: string): Identity | undefined {
  if (process.geteuid?.() !== 0) return undefined;
  const stats = componentsOf(path)
    .map((component) => lookAt(component))
    .findLast((found) => found !== undefined);
  if (stats === undefined || stats.uid === 0) return undefined;
  // `chown kong` alone leaves the group of root, which opens more than this tree.
  const gid = stats.gid === 0 ? (primaryGroupOf(stats.uid) ?? NO_GROUP) : stats.gid;
  return { uid: stats.uid, gid };
}

/** nogroup, or nobody. */
const NO_GROUP = 65_534;

function checkPlace(luaRoot: string, path: string): void {
  // Whoever may write in a directory above may exchange the root below it, or a link to it.
  for (const link of linksTo(luaRoot)) {
    for (const component of componentsOf(realPathOf(dirname(link)))) checkDirectory(component);
    const stats = lookAt(link);
    if (stats) checkOwner(link, stats);
  }
  for (const component of componentsOf(path)) checkDirectory(component);
  for (const inner of ['kong', 'kong/plugins']) checkDirectory(join(path, inner));
  for (const state of STATE_DIRECTORIES) checkDirectory(statePath(path, state));
}

/** Makes what is missing of a checked root and of kongcrate's own directories in it. */
export function prepareInstallRoot(root: CheckedRoot): void {
  for (const component of componentsOf(root.path)) ensureDirectory(root, component);
  // With something in it, its mode is whatever its owner made it.
  if (listDirectory(root.path).length === 0) openDirectory(root, root.path);
  for (const state of STATE_DIRECTORIES) {
    const path = statePath(root.path, state);
    ensureDirectory(root, path);
    openDirectory(root, path);
  }
}

/**
 * Takes away what {@link prepareInstallRoot} has made in kongcrate's own directory. Needs the mutex.
 * @throws errno errors, ENOTEMPTY where something is in it
 */
export function removeStateDirectories(root: CheckedRoot): void {
  // From the end: whoever is about to take the mutex stands in `tmp`, and keeps the others then.
  for (const state of STATE_DIRECTORIES.toReversed()) {
    const path = statePath(root.path, state);
    if (state !== '' && lookAt(path)) root.files.removeDirectory(path);
  }
}

/**
 * Takes kongcrate's own directory away once the mutex is gone too; one that is in use again stays.
 * @throws errno errors
 */
export function removeStateDirectory(root: CheckedRoot): void {
  try {
    root.files.removeDirectory(statePath(root.path));
  } catch (error) {
    if (!['ENOTEMPTY', 'ENOENT'].includes(errnoOf(error) ?? '')) throw error;
  }
  root.files.syncDirectory(root.path);
}

/** A process that was killed between mkdir and chmod left its umask here. */
function openDirectory(root: CheckedRoot, path: string): void {
  const mode = (lookAt(path)?.mode ?? 0) & 0o7777;
  if ((mode & DIRECTORY_MODE) !== DIRECTORY_MODE)
    root.files.setDirectoryMode(path, mode | DIRECTORY_MODE);
}

function ensureDirectory(root: CheckedRoot, path: string): void {
  try {
    if (!lookAt(path)) {
      root.files.makeDirectory(path, DIRECTORY_MODE);
      root.files.syncDirectory(dirname(path));
    }
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
  // In a directory such as /tmp anybody may have put it there since the root was checked.
  checkDirectory(path);
}
