import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { checkDirectory } from './check-directory.ts';
import type { FileOperations } from './file-operations.ts';
import { listDirectory, lookAt, readLink } from './look-at.ts';

/**
 * Makes `to` what `from` is: bytes, modes and links, all on the disk after; the owner is ours. Goes
 * on with a copy that was cut off ({@link isPartOf}).
 * @throws KongcrateError NOT_OURS for a device, a FIFO or a socket, and for a directory that another
 *   user can change; errno errors
 */
export function copyTree(files: FileOperations, from: string, to: string): void {
  const stats = lookAt(from);
  const text = readLink(from);
  if (text !== undefined) {
    if (readLink(to) !== text) files.symlink(text, to);
  } else if (stats?.isDirectory()) {
    // Whoever may exchange what stands in it could have us copy, and remove, what is elsewhere.
    checkDirectory(from);
    if (!lookAt(to)) files.makeDirectory(to, stats.mode & 0o777);
    else if (lookAt(to)?.mode !== stats.mode) files.setDirectoryMode(to, stats.mode & 0o777);
    for (const name of listDirectory(from)) copyTree(files, join(from, name), join(to, name));
    files.syncDirectory(to);
  } else if (stats?.isFile()) {
    copyFile(files, from, to);
  } else throw special(from);
}

/** Whether nothing stands at `path` that a copy of `whole`, cut off anywhere, would not have. */
export function isPartOf(path: string, whole: string): boolean {
  const stats = lookAt(path);
  const goal = lookAt(whole);
  if (!stats || !goal) return !stats;
  if (stats.isDirectory() && goal.isDirectory())
    return listDirectory(path).every((name) => isPartOf(join(path, name), join(whole, name)));
  if (stats.isFile() && goal.isFile())
    return readFileSync(whole).subarray(0, stats.size).equals(readFileSync(path));
  return stats.isSymbolicLink() && readLink(path) === readLink(whole);
}

function copyFile(files: FileOperations, from: string, to: string): void {
  const { mode = 0 } = lookAt(from) ?? {};
  const bytes = readFileSync(from);
  const stats = lookAt(to);
  if (stats?.size === bytes.length && stats.mode === mode) return;
  if (stats) files.unlink(to);
  files.writeFile(to, bytes, mode & 0o777);
}

function special(path: string): KongcrateError {
  return new KongcrateError('NOT_OURS', `${path} is neither a file, a directory nor a link`, {
    remedy: 'Move it away and run the command again.',
    details: { reason: 'SPECIAL', path },
  });
}
