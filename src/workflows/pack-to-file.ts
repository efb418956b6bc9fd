import { readFileSync, statSync } from 'node:fs';
import { packPlugin, type PackedPlugin, type PackOptions } from './pack-plugin.ts';
import { demandAbsent, writeNewFile } from './write-new-file.ts';

export interface PackToFileOptions extends PackOptions {
  /** Default `<name>-<version>.tar.gz` in the working directory; never overwritten. */
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
 * Packs a plugin's directory into a file. An existing one with the same bytes is left as it is.
 * @throws KongcrateError NOT_OURS when the file holds anything else, INSTALL_FAILED, and what
 *   packing refuses
 */
export async function packToFile(
  directory: string,
  options: PackToFileOptions = {},
): Promise<PackedFile> {
  const packed = await packPlugin(directory, options);
  const output = options.output ?? `${packed.name}-${packed.version}.tar.gz`;
  if (holds(output, packed.layer.bytes)) return { ...packed, output, wasPresent: true };
  demandAbsent(output);
  if (options.dryRun !== true) writeNewFile(output, packed.layer.bytes, 0o644);
  return { ...packed, output, wasPresent: false };
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
