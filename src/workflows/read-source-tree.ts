import { readdirSync, readFileSync, statSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import { KongcrateError, messageOf } from '../errors/kongcrate-error.ts';
import type { SourceFile } from '../plugin/source-file.ts';

export interface SourceLimits {
  readonly maxFiles: number;
  readonly maxUnpackedBytes: number;
}

/** Directories that never hold anything to pack; reading them would only cost time. */
const SKIPPED = new Set(['node_modules']);

/**
 * Reads a plugin's source directory whole, sorted by path. Synchronous on purpose: a stream a file
 * costs ten times as much for small files. Links are reported, never followed.
 * @throws KongcrateError SOURCE_UNREADABLE
 */
export function readSourceTree(directory: string, limits: SourceLimits): readonly SourceFile[] {
  const files: SourceFile[] = [];
  let totalBytes = 0;
  const visit = (relative: string): void => {
    for (const entry of readEntries(join(directory, relative))) {
      const path = relative === '' ? entry.name : `${relative}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!entry.name.startsWith('.') && !SKIPPED.has(entry.name)) visit(path);
        continue;
      }
      const file = readEntry(directory, path, entry);
      totalBytes += file.bytes.length;
      files.push(file);
      if (files.length > limits.maxFiles) throw tooMuch(directory, `${limits.maxFiles} files`);
      if (totalBytes > limits.maxUnpackedBytes)
        throw tooMuch(directory, `${limits.maxUnpackedBytes} bytes`);
    }
  };
  visit('');
  return files;
}

function readEntries(directory: string): Dirent[] {
  try {
    const entries = readdirSync(directory, { withFileTypes: true });
    return entries.sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  } catch (error) {
    throw unreadable(directory, error);
  }
}

function readEntry(directory: string, path: string, entry: Dirent): SourceFile {
  if (!entry.isFile())
    return { path, kind: entry.isSymbolicLink() ? 'symlink' : 'special', bytes: new Uint8Array() };
  try {
    return { path, kind: 'file', bytes: readFileSync(join(directory, path)) };
  } catch (error) {
    throw unreadable(join(directory, path), error);
  }
}

/** Whether a path named by the user is a directory or a file; links are followed. */
export function kindOfPath(path: string): 'directory' | 'file' {
  try {
    return statSync(path).isDirectory() ? 'directory' : 'file';
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Reads one file named by the user. @throws KongcrateError SOURCE_UNREADABLE */
export function readSourceFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, cause: unknown): KongcrateError {
  return new KongcrateError('SOURCE_UNREADABLE', `${path} cannot be read: ${messageOf(cause)}`, {
    remedy: 'Check the path and its permissions.',
    cause,
  });
}

function tooMuch(directory: string, limit: string): KongcrateError {
  return new KongcrateError('PLUGIN_REFUSED', `${directory} holds more than ${limit}`, {
    remedy: 'Name the plugin directory itself, or raise --max-files or --max-unpacked-size.',
  });
}
