import { existsSync, lstatSync, readdirSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import type { SourceFile } from '../plugin/source-file.ts';
import { IGNORE_FILE, visibleTo, type IsVisible } from '../plugin/visible-files.ts';
import { readSourceFile, unreadable } from './read-source-file.ts';

/** What stands in a source directory, before it is read. */
export type SourceEntry = Pick<SourceFile, 'path' | 'kind'>;

interface Source {
  readonly root: string;
  /** The ignore files that count, by their directory: empty, or with a `/` at its end. */
  readonly ignoreTexts: ReadonlyMap<string, string>;
  readonly isVisible: IsVisible;
}

/** What `pack`, `push` and `publish` write, also into the directory that they read. */
const ARCHIVE = /\.(?:tar|tar\.gz|tgz|rock)$/;
/** OCI image-spec, image-layout.md. */
const LAYOUT_MARKER = 'oci-layout';
const LAYOUT_PARTS: ReadonlySet<string> = new Set([LAYOUT_MARKER, 'index.json', 'blobs']);
/** What Node.js makes of bytes that are no UTF-8. */
const REPLACEMENT = '\ufffd';
const MAX_IGNORE_BYTES = 64 * 1024;

/**
 * Lists what packing looks at below a directory, sorted by path: neither hidden files nor tests,
 * nor what ignore files name. Links are not followed.
 * @throws KongcrateError SOURCE_UNREADABLE
 */
export function listSource(root: string): Iterable<SourceEntry> {
  const ignoreTexts = readIgnoreFiles(root);
  return visit({ root, ignoreTexts, isVisible: visibleTo(ignoreTexts) }, '');
}

function* visit(source: Source, directory: string): Generator<SourceEntry> {
  const entries = readEntries(join(source.root, directory));
  const isLayout = entries.some(({ name }) => name === LAYOUT_MARKER);
  if (isLayout && directory !== '') {
    yield { path: directory, kind: 'own-output' };
    return;
  }
  for (const entry of entries) {
    const path = directory + entry.name;
    const kind = entry.isDirectory() ? 'directory' : kindOf(entry);
    const isOutput = kind === 'file' && ARCHIVE.test(path);
    if (entry.name === IGNORE_FILE && source.ignoreTexts.has(directory))
      yield { path, kind: 'file' };
    else if (!source.isVisible(path, kind === 'directory' ? kind : 'file')) continue;
    else if (path.includes(REPLACEMENT)) yield { path, kind: 'not-utf8' };
    else if (isOutput || (isLayout && LAYOUT_PARTS.has(path))) yield { path, kind: 'own-output' };
    else if (kind === 'directory') yield* visit(source, `${path}/`);
    else yield { path, kind };
  }
}

function kindOf(entry: Dirent): SourceFile['kind'] {
  if (entry.isFile()) return 'file';
  return entry.isSymbolicLink() ? 'symlink' : 'special';
}

/** At the top, and where a plugin's tree begins one directory down. */
function readIgnoreFiles(root: string): ReadonlyMap<string, string> {
  const directories = readEntries(root)
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${name}/`)
    .filter((directory) => existsSync(join(root, directory, 'kong/plugins')));
  const texts = ['', ...directories]
    .map((directory) => [directory, join(root, directory, IGNORE_FILE)] as const)
    .filter(([, file]) => existsSync(file) && lstatSync(file).isFile())
    .map(([directory, file]): [string, string] => [
      directory,
      readSourceFile(file, MAX_IGNORE_BYTES).toString('utf8'),
    ]);
  return new Map(texts);
}

function readEntries(directory: string): Dirent[] {
  try {
    const entries = readdirSync(directory, { withFileTypes: true });
    return entries.sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  } catch (error) {
    throw unreadable(directory, error);
  }
}
