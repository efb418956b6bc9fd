import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ByteSource } from '../content/byte-source.ts';
import { MAX_BUFFERED_BYTES } from '../content/content.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { SourceFile } from '../plugin/source-file.ts';
import { FileBytes } from '../system/file-bytes.ts';
import { listSource } from './list-source.ts';
import { unreadable } from './read-source-file.ts';

export { readSourceFile } from './read-source-file.ts';

export interface SourceLimits {
  readonly maxFiles: number;
  readonly maxUnpackedBytes: number;
  /**
   * How much is held in memory, in bytes: files that would be more are read where they are needed,
   * and refused if they were changed since.
   */
  readonly maxHeldBytes?: number | undefined;
}

/**
 * Reads what packing looks at in a plugin's source directory, sorted by path. Synchronous on
 * purpose: a stream a file costs ten times as much for small files.
 * @throws KongcrateError SOURCE_UNREADABLE; PLUGIN_REFUSED for more than the limits
 */
export function readSourceTree(directory: string, limits: SourceLimits): readonly SourceFile[] {
  const files: SourceFile[] = [];
  let leftBytes = limits.maxUnpackedBytes;
  let roomBytes = limits.maxHeldBytes ?? MAX_BUFFERED_BYTES;
  for (const { path, kind } of listSource(directory)) {
    if (files.length === limits.maxFiles)
      throw tooMuch(directory, path, `${limits.maxFiles} files`);
    const room = { leftBytes, roomBytes };
    const bytes = kind === 'file' ? readWithin(join(directory, path), room) : new Uint8Array();
    if (bytes === undefined) throw tooMuch(directory, path, `${limits.maxUnpackedBytes} bytes`);
    leftBytes -= bytes.length;
    if (bytes instanceof Uint8Array) roomBytes -= bytes.length;
    files.push({ path, kind, bytes });
  }
  return files;
}

/** Reads a file, or only looks at it, unless it is larger than `leftBytes`. */
function readWithin(
  file: string,
  { leftBytes, roomBytes }: { readonly leftBytes: number; readonly roomBytes: number },
): ByteSource | undefined {
  try {
    const { size } = statSync(file);
    if (size > leftBytes) return undefined;
    return size > roomBytes ? new FileBytes(file) : readFileSync(file);
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
