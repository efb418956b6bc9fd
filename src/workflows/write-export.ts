import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { asWriteFailure } from '../errors/as-write-failure.ts';
import type { ExportedFile } from '../export/exported-plugin.ts';
import { demandAbsent, writeNewFile } from './write-new-file.ts';

/**
 * Writes what was exported; nothing is overwritten.
 * @param output a directory, or the path of the one file
 * @returns the paths
 * @throws KongcrateError NOT_OURS, INSTALL_FAILED
 */
export function writeExport(
  files: readonly ExportedFile[],
  output: string,
  isDirectory: boolean,
): readonly string[] {
  const places = files.map(({ name }) => (isDirectory ? join(output, name) : output));
  places.forEach(demandAbsent);
  if (isDirectory) makeDirectory(output);
  return files.map(({ text }, index) => {
    const place = places[index] ?? output;
    writeNewFile(place, text, 0o644);
    return place;
  });
}

function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw asWriteFailure(path, error);
  }
}
