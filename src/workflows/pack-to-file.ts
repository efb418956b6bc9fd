import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { listPlugins } from './inspect-source.ts';
import { packPlugin, type PackedPlugin, type PackOptions } from './pack-plugin.ts';
import { demandAbsent, writeNewFile } from './write-new-file.ts';

export interface PackToFileOptions extends PackOptions {
  /** Default `<name>-<version>.tar.gz` in the working directory; never overwritten. */
  readonly output?: string;
  /** Checks everything, writes nothing. */
  readonly dryRun?: boolean;
}

export interface PackAllOptions extends Omit<PackToFileOptions, 'name'> {
  /** The directory of the files; default the working directory. */
  readonly output?: string;
}

export interface PackedFile extends PackedPlugin {
  readonly output: string;
  /** Whether the file held these very bytes before, so that nothing was to be written. */
  readonly wasPresent: boolean;
}

/**
 * Packs a plugin's directory into a file. An existing one with the same bytes is left as it is.
 * @throws KongcrateError NOT_OURS when the file holds anything else, INSTALL_FAILED, and what
 *   packing refuses
 */
export async function packToFile(
  directory: string,
  options: PackToFileOptions = {},
): Promise<PackedFile> {
  const packed = await packPlugin(directory, options);
  const file = place(packed, options.output ?? fileNameOf(packed));
  if (options.dryRun !== true) write(file);
  return file;
}

/**
 * Packs every plugin below a directory into a file of its own, `<name>-<version>.tar.gz`. Nothing
 * is written before all of them are sound.
 * @throws KongcrateError as packToFile does
 */
export async function packAllToFiles(
  directory: string,
  options: PackAllOptions = {},
): Promise<readonly PackedFile[]> {
  const files: PackedFile[] = [];
  for (const name of listPlugins(directory, options)) {
    const packed = await packPlugin(directory, { ...options, name });
    files.push(place(packed, join(options.output ?? '.', fileNameOf(packed))));
  }
  if (options.dryRun !== true) files.forEach(write);
  return files;
}

function fileNameOf({ name, version }: PackedPlugin): string {
  return `${name}-${version}.tar.gz`;
}

function place(packed: PackedPlugin, output: string): PackedFile {
  const wasPresent = holds(output, packed.layer.bytes);
  if (!wasPresent) demandAbsent(output);
  return { ...packed, output, wasPresent };
}

function write({ output, layer, wasPresent }: PackedFile): void {
  if (!wasPresent) writeNewFile(output, layer.bytes, 0o644);
}

/** What cannot be read holds something else; only a regular file of that size is opened. */
function holds(path: string, bytes: Buffer): boolean {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return (
      stats?.isFile() === true && stats.size === bytes.length && readFileSync(path).equals(bytes)
    );
  } catch {
    return false;
  }
}
