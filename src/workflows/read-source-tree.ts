import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { SourceFile } from '../plugin/source-file.ts';
import { listSource } from './list-source.ts';
import { unreadable } from './read-source-file.ts';

export { readSourceFile } from './read-source-file.ts';

export interface SourceLimits {
  readonly maxFiles: number;
  readonly maxUnpackedBytes: number;
}

/**
 * Reads what packing looks at in a plugin's source directory, sorted by path. Synchronous on
 * purpose: a stream a file costs ten times as much for small files.
 * @throws KongcrateError SOURCE_UNREADABLE; PLUGIN_REFUSED for more than the limits
 */
export function readSourceTree(directory: string, limits: SourceLimits): readonly SourceFile[] {
  const files: SourceFile[] = [];
  let leftBytes = limits.maxUnpackedBytes;
  for (const { path, kind } of listSource(directory)) {
    if (files.length === limits.maxFiles)
      throw tooMuch(directory, path, `${limits.maxFiles} files`);
    const bytes = kind === 'file' ? readWithin(join(directory, path), leftBytes) : new Uint8Array();
    if (bytes === undefined) throw tooMuch(directory, path, `${limits.maxUnpackedBytes} bytes`);
    leftBytes -= bytes.length;
    files.push({ path, kind, bytes });
  }
  return files;
}

/** Reads a file unless it is larger than `maxBytes`, which is looked up first. */
function readWithin(file: string, maxBytes: number): Uint8Array | undefined {
  try {
    return statSync(file).size > maxBytes ? undefined : readFileSync(file);
  } catch (error) {
    throw unreadable(file, error);
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

function tooMuch(directory: string, path: string, limit: string): KongcrateError {
  return new KongcrateError('PLUGIN_REFUSED', `${directory} holds more than ${limit}, at ${path}`, {
    remedy: `Name ${path} in .kongcrateignore, give the plugin's own directory, or raise --max-files or --max-unpacked-size.`,
    details: { reason: 'TOO_MUCH', file: path },
  });
}
