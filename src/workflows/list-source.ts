import { existsSync, readdirSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import type { SourceFile } from '../plugin/source-file.ts';
import { beginsPlugin, IGNORE_FILE, visibleTo, type IsVisible } from '../plugin/visible-files.ts';
import { readSourceFile, unreadable } from './read-source-file.ts';

/** What stands in a source directory, before it is read. */
export type SourceEntry = Pick<SourceFile, 'path' | 'kind'>;

interface Source {
  readonly root: string;
  readonly isVisible: IsVisible;
}

/** What `pack`, `push` and `publish` write, also into the directory that they read, whole or not. */
const ARCHIVE = /\.(?:tar|tar\.gz|tgz|rock)(?:\.[0-9a-f]{12}\.partial)?$/;
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
  return visit({ root, isVisible: visibleTo(new Map()) }, '');
}

function* visit(above: Source, directory: string): Generator<SourceEntry> {
  const entries = readEntries(join(above.root, directory));
  const ignoreText = readIgnoreFile(above.root, directory, entries);
  const source = ignoreText === undefined ? above : withIgnored(above, directory, ignoreText);
  const isLayout = entries.some(({ name }) => name === LAYOUT_MARKER);
  if (isLayout && directory !== '') {
    yield { path: directory, kind: 'own-output' };
    return;
  }
  for (const entry of entries) {
    const path = directory + entry.name;
    const kind = kindOf(entry);
    const isOutput = kind === 'file' && ARCHIVE.test(path);
    if (entry.name === IGNORE_FILE && ignoreText !== undefined) yield { path, kind: 'file' };
    else if (!source.isVisible(path, kind === 'directory' ? kind : 'file')) continue;
    else if (path.includes(REPLACEMENT)) yield { path, kind: 'not-utf8' };
    else if (isOutput || (isLayout && LAYOUT_PARTS.has(path))) yield { path, kind: 'own-output' };
    else if (kind === 'directory') yield* visit(source, `${path}/`);
    else yield { path, kind };
  }
}

function kindOf(entry: Dirent): SourceFile['kind'] | 'directory' {
  if (entry.isDirectory()) return 'directory';
  if (entry.isFile()) return 'file';
  return entry.isSymbolicLink() ? 'symlink' : 'special';
}

function withIgnored({ root, isVisible }: Source, directory: string, text: string): Source {
  const isLeft = visibleTo(new Map([[directory, text]]));
  return { root, isVisible: (path, kind) => isVisible(path, kind) && isLeft(path, kind) };
}

/** Where a plugin's directory begins: one that is packed by itself has it at the top. */
function readIgnoreFile(
  root: string,
  directory: string,
  entries: readonly Dirent[],
): string | undefined {
  if (!entries.some((entry) => entry.name === IGNORE_FILE && entry.isFile())) return undefined;
  const isBeginning =
    entries.some(({ name }) => beginsPlugin(name)) ||
    existsSync(join(root, directory, 'kong/plugins'));
  if (directory !== '' && !isBeginning) return undefined;
  return readSourceFile(join(root, directory, IGNORE_FILE), MAX_IGNORE_BYTES).toString('utf8');
}

function readEntries(directory: string): Dirent[] {
  try {
    const entries = readdirSync(directory, { withFileTypes: true });
    return entries.sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  } catch (error) {
    throw unreadable(directory, error);
  }
}
