import { lstatSync, realpathSync, type Stats } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { errnoOf, KongcrateError } from '../errors/kongcrate-error.ts';
import { nodeFileOperations, type FileOperations } from './file-operations.ts';
import { DIRECTORY_MODE, statePath } from './node-paths.ts';

/** The Lua root of a node and how it is worked on. */
export interface InstallRoot {
  /** The directory that is on Kong's `lua_package_path`; made when it is missing. */
  readonly luaRoot: string;
  readonly files?: FileOperations;
  /** How long another kongcrate at work is waited for; 30,000 unless told. */
  readonly lockWaitMs?: number;
  /** How many generations are kept, the live one among them; 5 unless told. */
  readonly keepGenerations?: number;
  readonly now?: () => Date;
}

/** An install root that passed {@link checkInstallRoot}, every default filled in. */
export interface CheckedRoot extends Required<Omit<InstallRoot, 'luaRoot'>> {
  /** The Lua root without links. */
  readonly path: string;
}

const STATE_DIRECTORIES = ['', 'generations', 'store', 'tmp'];

/**
 * Checks a Lua root before anything is written below it, and writes nothing itself.
 * @throws KongcrateError USAGE for an impossible `keepGenerations`; INSTALL_FAILED where anyone on
 *   the machine could exchange the directory; NOT_OURS where another user could, or where a link or
 *   file stands in place of one of kongcrate's directories
 */
export function checkInstallRoot(root: InstallRoot): CheckedRoot {
  const { luaRoot, keepGenerations = 5, ...rest } = root;
  if (!Number.isSafeInteger(keepGenerations) || keepGenerations < 1)
    throw new KongcrateError('USAGE', `cannot keep ${keepGenerations} generations`, {
      remedy: 'Give a whole number of at least 1; rollback needs 2.',
    });
  const path = realPathOf(luaRoot);
  for (const component of componentsOf(path)) checkNotWorldWritable(component);
  checkDirectory(path);
  for (const inner of ['kong', 'kong/plugins']) checkDirectory(join(path, inner));
  for (const state of STATE_DIRECTORIES) checkDirectory(statePath(path, state));
  return {
    files: nodeFileOperations,
    lockWaitMs: 30_000,
    now: () => new Date(),
    ...rest,
    keepGenerations,
    path,
  };
}

/** Makes what is missing of a checked root and of kongcrate's own directories in it. */
export function prepareInstallRoot(root: CheckedRoot): void {
  for (const component of componentsOf(root.path)) ensureDirectory(root, component);
  for (const state of STATE_DIRECTORIES) {
    const path = statePath(root.path, state);
    ensureDirectory(root, path);
    // A process that was killed between mkdir and chmod left its umask here.
    if (((lookAt(path)?.mode ?? 0) & 0o7777) !== DIRECTORY_MODE)
      root.files.setDirectoryMode(path, DIRECTORY_MODE);
  }
}

/** The Lua root without links; what does not exist yet is taken as it is written. */
export function realPathOf(luaRoot: string): string {
  const absolute = resolve(luaRoot);
  try {
    return realpathSync(absolute);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT' || absolute === dirname(absolute)) throw error;
    return join(realPathOf(dirname(absolute)), basename(absolute));
  }
}

/** What stands at a path, without following it; `undefined` when nothing does. */
export function lookAt(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

/**
 * A directory of the tree that kongcrate works in must be a real one (links that are planted there
 * would lead elsewhere: falcoctl issue 1036) and belong to us or to root. Absent is fine.
 * @throws KongcrateError NOT_OURS, INSTALL_FAILED
 */
export function checkDirectory(path: string): void {
  const stats = lookAt(path);
  if (!stats) return;
  const refuse = (reason: string, what: string, remedy: string): KongcrateError =>
    new KongcrateError('NOT_OURS', `${path} ${what}`, { remedy, details: { reason, path } });
  if (stats.isSymbolicLink())
    throw refuse('SYMLINK', 'is a symbolic link', 'Replace the link by a real directory.');
  if (!stats.isDirectory())
    throw refuse('NOT_A_DIRECTORY', 'is not a directory', 'Move the file out of the way.');
  const uid = process.getuid?.() ?? stats.uid;
  if (stats.uid !== uid && stats.uid !== 0)
    throw refuse(
      'OWNER',
      `belongs to the user with uid ${stats.uid}, and we run as uid ${uid}`,
      `Run the command as that user: sudo -u '#${stats.uid}' kongcrate …`,
    );
  checkNotWorldWritable(path);
}

function checkNotWorldWritable(path: string): void {
  const mode = lookAt(path)?.mode ?? 0;
  if ((mode & 0o002) === 0 || (mode & 0o1000) !== 0) return;
  throw new KongcrateError('INSTALL_FAILED', `${path} can be changed by every user`, {
    remedy: `Take that away (chmod o-w ${path}) or give another --lua-root.`,
    details: { reason: 'WORLD_WRITABLE', path },
  });
}

function ensureDirectory(root: CheckedRoot, path: string): void {
  if (lookAt(path)) return;
  try {
    root.files.makeDirectory(path, DIRECTORY_MODE);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
    checkDirectory(path);
    return;
  }
  root.files.syncDirectory(dirname(path));
}

/** The path and everything above it, outermost first. */
function componentsOf(path: string): readonly string[] {
  const parent = dirname(path);
  return parent === path ? [path] : [...componentsOf(parent), path];
}
