import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { packPlugin, type PackedPlugin, type PackOptions } from './pack-plugin.ts';
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

export interface PackedFile extends PackedPlugin {
  readonly output: string;
  /** Whether the file held these very bytes before, so that nothing was to be written. */
  readonly wasPresent: boolean;
}

/**
 * Packs a plugin into a file: its archive, or with `rock` the rock. An existing one with the same bytes is left as it is.
 * @param path as `packPlugin` takes it
 * @throws KongcrateError NOT_OURS when the file holds anything else, INSTALL_FAILED, USAGE for a
 *   rock under another name than LuaRocks wants, and what packing refuses
 */
export async function packToFile(
  path: string,
  options: PackToFileOptions = {},
): Promise<PackedFile> {
  const packed = await packPlugin(path, options);
  const { rock, layer, name, version } = packed;
  const { bytes } = rock ?? layer;
  const output = options.output ?? rock?.fileName ?? `${name}-${version}.tar.gz`;
  if (rock !== undefined) demandRockName(output, rock.fileName);
  if (holds(output, bytes)) return { ...packed, output, wasPresent: true };
  demandAbsent(output);
  if (options.dryRun !== true) writeNewFile(output, bytes, 0o644);
  return { ...packed, output, wasPresent: false };
}

/** LuaRocks looks for the rockspec in the rock by the name of the file. */
function demandRockName(output: string, fileName: string): void {
  if (basename(output) === fileName) return;
  throw new KongcrateError('USAGE', `LuaRocks would not find the rockspec in ${output}`, {
    remedy: `Name the file ${fileName}, in any directory.`,
  });
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
