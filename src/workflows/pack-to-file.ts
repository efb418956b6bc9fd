import { basename, dirname, join } from 'node:path';
import type { ByteSource } from '../content/byte-source.ts';
import { sha256Of } from '../content/hash-source.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { FileBytes } from '../system/file-bytes.ts';
import { listPlugins } from './inspect-source.ts';
import { packPlugin, type PackedPlugin, type PackOptions } from './pack-plugin.ts';
import { withSpools } from './with-spools.ts';
import { demandAbsent, writeNewFile } from './write-new-file.ts';

export interface PackToFileOptions extends PackOptions {
  /**
   * Default `<name>-<version>.tar.gz` in the working directory, for a rock the name that LuaRocks
   * wants; never overwritten.
   */
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
 * Packs a plugin into a file: its archive, or with `rock` the rock. An existing one with the same
 * bytes is left as it is.
 * @param path as `packPlugin` takes it
 * @throws KongcrateError NOT_OURS when the file holds anything else, INSTALL_FAILED, USAGE for a
 *   rock under another name than LuaRocks wants, and what packing refuses
 */
export function packToFile(path: string, options: PackToFileOptions = {}): Promise<PackedFile> {
  return withSpools(roomOf(options, dirname(options.output ?? '.')), options, async (spooling) => {
    const packed = await packPlugin(path, { ...options, spooling });
    const file = place(packed, options.output ?? fileNameOf(packed));
    if (options.dryRun !== true) write(file);
    return file;
  });
}

/**
 * Packs every plugin below a directory into a file of its own, named as `packToFile` does. Nothing
 * is written before all of them are sound.
 * @throws KongcrateError as packToFile does; PLUGIN_REFUSED where two would be one file
 */
export function packAllToFiles(
  directory: string,
  options: PackAllOptions = {},
): Promise<readonly PackedFile[]> {
  const { output = '.' } = options;
  return withSpools(roomOf(options, output), options, async (spooling) => {
    const files: PackedFile[] = [];
    for (const name of listPlugins(directory, options)) {
      const packed = await packPlugin(directory, { ...options, name, spooling });
      const file = place(packed, join(output, fileNameOf(packed)));
      const rival = files.find((other) => other.output === file.output);
      if (rival !== undefined) throw sameOutput(rival, file);
      files.push(file);
    }
    if (options.dryRun !== true) files.forEach(write);
    return files;
  });
}

/** Nothing is written beside the output where nothing is to be written at all. */
function roomOf({ dryRun }: PackToFileOptions, directory: string): string | undefined {
  return dryRun === true ? undefined : directory;
}

/** Two plugins of one rockspec are one rock to LuaRocks; `a-1` 1.0 and `a` 1-1.0 are one archive. */
function sameOutput(first: PackedFile, { name, output }: PackedFile): KongcrateError {
  return new KongcrateError('PLUGIN_REFUSED', `${first.name} and ${name} would both be ${output}`, {
    remedy:
      'Pack them one by one, with --plugin NAME and -o into directories of their own; for rocks, a rockspec for each keeps them apart.',
    details: { reason: 'SAME_OUTPUT', plugins: [first.name, name] },
  });
}

function fileNameOf({ name, version, rock }: PackedPlugin): string {
  return rock?.fileName ?? `${name}-${version}.tar.gz`;
}

function place(packed: PackedPlugin, output: string): PackedFile {
  if (packed.rock !== undefined) demandRockName(output, packed.rock.fileName);
  const wasPresent = holds(output, bytesOf(packed));
  if (!wasPresent) demandAbsent(output);
  return { ...packed, output, wasPresent };
}

function write(packed: PackedFile): void {
  if (!packed.wasPresent) writeNewFile(packed.output, bytesOf(packed), 0o644);
}

function bytesOf({ rock, layer }: PackedPlugin): ByteSource {
  return (rock ?? layer).bytes;
}

/** LuaRocks looks for the rockspec in the rock by the name of the file. */
function demandRockName(output: string, fileName: string): void {
  if (basename(output) === fileName) return;
  throw new KongcrateError('USAGE', `LuaRocks would not find the rockspec in ${output}`, {
    remedy: `Name the file ${fileName}, in any directory.`,
  });
}

/** What cannot be read holds something else; only a regular file of that size is read. */
function holds(path: string, bytes: ByteSource): boolean {
  try {
    const file = new FileBytes(path);
    return file.length === bytes.length && sha256Of(file) === sha256Of(bytes);
  } catch {
    return false;
  }
}
