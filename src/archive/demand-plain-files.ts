import type { ByteSource } from '../content/byte-source.ts';
import type { ArchivedFile } from '../content/extraction-plan.ts';
import type { ArchiveLimits } from './archive-limits.ts';
import { archiveRefused } from './archive-refused.ts';
import { demandNoImage } from './read-archive.ts';
import { indexTar } from './scan-tar.ts';
import { sniffFormat } from './sniff-format.ts';

/** As much of a file as shows what it is: a tar says so in its first block. */
const MAGIC_BYTES = 512;

/**
 * Reads a tar that is to be packed as the strict reader will, and demands that it finds the files
 * that went in: not in memory, so without their bytes, which stand in the tar as they are.
 * @throws KongcrateError ARCHIVE_REFUSED
 */
export function demandPlainFiles(
  tar: ByteSource,
  files: readonly ArchivedFile[],
  limits: ArchiveLimits,
): void {
  const entries = indexTar(tar, limits, 'plugin');
  if (entries.length === 0) throw archiveRefused('EMPTY', 'it holds no files');
  demandNoImage(entries);
  const sizes = new Map(files.map(({ path, bytes }) => [path, bytes.length]));
  const isSame =
    entries.length === files.length &&
    entries.every(({ path, start, end }) => sizes.get(path) === end - start);
  if (isSame && !isArchive(files)) return;
  throw archiveRefused(
    'READS_DIFFERENTLY',
    'readers would unpack other files than were packed, as when the only file is an archive',
    {
      remedy: 'Pack plain files under plain relative paths, such as kong/plugins/NAME/handler.lua.',
    },
  );
}

/** Readers open an archive that holds nothing but an archive. */
function isArchive([only, ...more]: readonly ArchivedFile[]): boolean {
  if (only === undefined || more.length > 0) return false;
  const start = only.bytes.subarray(0, Math.min(MAGIC_BYTES, only.bytes.length));
  return sniffFormat(start) !== undefined;
}
