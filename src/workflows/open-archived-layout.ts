import { DEFAULT_ARCHIVE_LIMITS } from '../archive/archive-limits.ts';
import { archiveRefused } from '../archive/archive-refused.ts';
import { openTar } from '../archive/open-tar.ts';
import { indexTar } from '../archive/scan-tar.ts';
import { sniffFormat } from '../archive/sniff-format.ts';
import { partOf, type ByteSource } from '../content/byte-source.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { ArchivedLayout } from '../layout/archived-layout.ts';
import { FileBytes } from '../system/file-bytes.ts';
import { readSourceFile } from './read-source-file.ts';

/** What is compressed has to be expanded in memory; a plain tar stays on disk, and may be larger. */
const MAX_EXPANDED_BYTES = DEFAULT_ARCHIVE_LIMITS.maxUnpackedBytes;
const HEAD_BYTES = 512;

/**
 * Opens an OCI layout in a tar, plain or in gzip. Of a plain tar only the headers are read: where
 * each file stands is kept, and what is in it is read, and hashed, when somebody asks for it.
 * @throws KongcrateError NOT_FOUND, SOURCE_UNREADABLE; ARCHIVE_REFUSED for what two programs could
 *   read differently, links and repeated names among it
 */
export function openArchivedLayout(path: string): ArchivedLayout {
  return new ArchivedLayout(path, listArchive(path));
}

/**
 * Lists the files of an archive without reading them.
 * @throws KongcrateError as {@link openArchivedLayout}
 */
export function listArchive(path: string): ReadonlyMap<string, ByteSource> {
  const tar = openBytes(path);
  const limits = { ...DEFAULT_ARCHIVE_LIMITS, maxUnpackedBytes: Infinity };
  const files = indexTar(tar, limits, 'plugin').filter(({ kind }) => kind === 'file');
  return new Map(files.map(({ path: name, start, end }) => [name, partOf(tar, start, end)]));
}

function openBytes(path: string): ByteSource {
  const file = new FileBytes(path);
  if (sniffFormat(file.subarray(0, HEAD_BYTES)) === 'tar') return file;
  try {
    return openTar(readSourceFile(path), MAX_EXPANDED_BYTES);
  } catch (error) {
    if (!(error instanceof KongcrateError) || error.details['reason'] !== 'TOO_LARGE') throw error;
    throw archiveRefused('TOO_LARGE', `${path} expands to more than ${MAX_EXPANDED_BYTES} bytes`, {
      remedy: 'Expand it first with gunzip: a plain tar may have any size.',
      cause: error,
    });
  }
}
