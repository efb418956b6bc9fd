import { basename, dirname } from 'node:path';
import type { ArchiveLimits } from '../archive/archive-limits.ts';
import { readZip } from '../archive/read-zip.ts';
import { sniffFormat } from '../archive/sniff-format.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { GivenRockspec } from '../plugin/read-rocks.ts';
import { readRock } from '../plugin/rock/read-rock.ts';
import type { SourceFile } from '../plugin/source-file.ts';
import {
  kindOfPath,
  readSourceFile,
  readSourceTree,
  type SourceLimits,
} from './read-source-tree.ts';

/** The files that a plugin is packed from. */
export interface PluginSource {
  readonly files: readonly SourceFile[];
  /** Where the user named it, or a rock has it. */
  readonly rockspec?: GivenRockspec;
}

/**
 * Reads what was named to be packed: a directory; a rockspec, which stands for its directory; or a
 * rock of LuaRocks (`.all.rock`).
 * @throws KongcrateError SOURCE_UNREADABLE, PLUGIN_REFUSED, ARCHIVE_REFUSED
 */
export function readPluginSource(path: string, limits: SourceLimits): PluginSource {
  if (kindOfPath(path) === 'directory') return { files: readSourceTree(path, limits) };
  if (path.endsWith('.rockspec'))
    return {
      files: readSourceTree(dirname(path), limits),
      rockspec: { path: basename(path), isBuilt: false },
    };
  const bytes = readSourceFile(path);
  if (sniffFormat(bytes) === 'zip') return readRockSource(bytes, limits);
  throw new KongcrateError(
    'SOURCE_UNREADABLE',
    `${path} is neither a directory nor a rockspec nor a rock`,
    {
      remedy:
        "Name the plugin's directory; an archive that is packed already goes up as it is: kongcrate push FILE REF.",
    },
  );
}

function readRockSource(bytes: Uint8Array, limits: ArchiveLimits): PluginSource {
  const { files } = readZip(bytes, limits);
  const { rockspec, documents, modules } = readRock(files);
  return {
    files: [rockspec, ...documents, ...modules].map((file) => ({ ...file, kind: 'file' })),
    rockspec: { path: rockspec.path, isBuilt: true },
  };
}
