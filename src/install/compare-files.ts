import { createHash } from 'node:crypto';
import { readSync } from 'node:fs';
import { join } from 'node:path';
import {
  DIRECTORY_MODE,
  directoriesOf,
  FILE_MODE,
  parentsOf,
  pluginDirectory,
} from './node-paths.ts';
import { listDirectory, lookAt } from './look-at.ts';
import { withPlainFile } from '../system/read-plain-file.ts';
import type { ReceiptFile } from './receipt.ts';

/** How something on the disk differs from what was installed. */
export interface Drift {
  readonly path: string;
  /**
   * `link`: a link is wrong, or stands where a file or directory should; `taken`: something of
   * others stands where a fixed link should.
   */
  readonly problem: 'missing' | 'changed' | 'extra' | 'link' | 'mode' | 'taken';
}

type Problem = Drift['problem'];

/**
 * Compares a store directory with the files of one plugin: every byte is hashed, no link is
 * followed. Only what Lua can reach through the plugin's links is looked at.
 * @returns paths relative to `base`, directories before what is in them
 */
export function compareFiles(
  base: string,
  plugin: { readonly name: string; readonly files: readonly ReceiptFile[] },
): readonly Drift[] {
  const paths = plugin.files.map(({ path }) => path);
  const directories = ['', ...directoriesOf(paths)];
  const known = new Set([...paths, ...directories]);
  const own = pluginDirectory(plugin.name);
  const sound = new Set<string>();
  const drift: Drift[] = [];
  const note = (path: string, problem: Problem | undefined): void => {
    if (problem) drift.push({ path, problem });
  };
  for (const directory of directories) {
    if (directory !== '' && !sound.has(parentOf(directory))) continue;
    const problem = directoryProblem(join(base, directory));
    if (problem === undefined || problem === 'mode') sound.add(directory);
    note(directory, problem);
    if (sound.has(directory) && (directory === own || directory.startsWith(`${own}/`)))
      for (const path of childrenOf(base, directory)) if (!known.has(path)) note(path, 'extra');
  }
  for (const file of plugin.files)
    note(file.path, sound.has(parentOf(file.path)) ? fileProblem(base, file) : 'missing');
  return drift;
}

/**
 * The sha256 of a regular file in hexadecimal digits.
 * @returns `undefined` when there is none, or one of more than `maxBytes`
 */
export function hashFile(path: string, maxBytes: number): string | undefined {
  return withPlainFile(path, maxBytes, hashDescriptor);
}

function directoryProblem(path: string): Problem | undefined {
  const stats = lookAt(path);
  if (!stats) return 'missing';
  if (!stats.isDirectory()) return stats.isSymbolicLink() ? 'link' : 'changed';
  return (stats.mode & 0o7777) === DIRECTORY_MODE ? undefined : 'mode';
}

function fileProblem(base: string, file: ReceiptFile): Problem | undefined {
  const path = join(base, file.path);
  const stats = lookAt(path);
  if (!stats) return 'missing';
  if (!stats.isFile()) return stats.isSymbolicLink() ? 'link' : 'changed';
  if (hashFile(path, file.size) !== file.sha256) return 'changed';
  return (stats.mode & 0o7777) === FILE_MODE ? undefined : 'mode';
}

function childrenOf(base: string, directory: string): readonly string[] {
  return listDirectory(join(base, directory)).map((name) => `${directory}/${name}`);
}

function parentOf(path: string): string {
  return parentsOf(path).at(-1) ?? '';
}

function hashDescriptor(descriptor: number): string {
  const hash = createHash('sha256');
  const chunk = Buffer.allocUnsafe(64 * 1024);
  for (;;) {
    const bytesRead = readSync(descriptor, chunk);
    if (bytesRead === 0) return hash.digest('hex');
    hash.update(chunk.subarray(0, bytesRead));
  }
}
