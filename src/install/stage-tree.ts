import { dirname, join } from 'node:path';
import type { ByteSource } from '../content/byte-source.ts';
import type { CheckedRoot } from './install-root.ts';
import { breathe } from './interruption.ts';
import { DIRECTORY_MODE, directoriesOf, FILE_MODE, temporaryPath } from './node-paths.ts';

export interface TreeContent {
  readonly files: ReadonlyMap<string, ByteSource>;
  /** Texts of symbolic links by path. */
  readonly links: ReadonlyMap<string, string>;
}

/**
 * Writes a tree aside, gets every byte and name of it on the disk, and only then moves it to
 * `target`, which must not exist: nobody ever sees a part of it.
 * @throws KongcrateError INTERRUPTED between two files; errno errors
 */
export async function stageTree(
  root: CheckedRoot,
  target: string,
  content: TreeContent & { readonly signal: AbortSignal | undefined },
): Promise<void> {
  const { files } = root;
  const stage = temporaryPath(root.path, 'stage');
  const directories = ['', ...directoriesOf([...content.files.keys(), ...content.links.keys()])];
  for (const directory of directories) files.makeDirectory(join(stage, directory), DIRECTORY_MODE);
  for (const [path, bytes] of content.files) {
    await breathe(content.signal);
    files.writeFile(join(stage, path), bytes, FILE_MODE);
  }
  for (const [path, text] of content.links) files.symlink(text, join(stage, path));
  for (const directory of directories.toReversed()) files.syncDirectory(join(stage, directory));
  await breathe(content.signal);
  files.rename(stage, target);
  files.syncDirectory(dirname(target));
}
