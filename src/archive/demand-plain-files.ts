import type { ByteSource } from '../content/byte-source.ts';
import type { ArchivedFile } from '../content/extraction-plan.ts';
import type { ArchiveLimits } from './archive-limits.ts';
import { archiveRefused } from './archive-refused.ts';
import { lookIntoTar } from './look-into-tar.ts';

/**
 * Reads a tar that is to be packed as the strict reader will, and demands that it finds the files
 * that went in; their bytes stand in the tar as they are.
 * @throws KongcrateError ARCHIVE_REFUSED
 */
export function demandPlainFiles(
  tar: ByteSource,
  packed: readonly ArchivedFile[],
  limits: ArchiveLimits,
): void {
  const found = lookIntoTar(tar, { bytes: tar, limits, depth: 1 });
  const files = 'files' in found ? found.files : [];
  const sizes = new Map(packed.map(({ path, bytes }) => [path, bytes.length]));
  const isSame = files.every(({ path, bytes }) => sizes.get(path) === bytes.length);
  if (files.length === packed.length && isSame) return;
  throw archiveRefused(
    'READS_DIFFERENTLY',
    'readers would unpack other files than were packed, as when the only file is an archive',
    {
      remedy: 'Pack plain files under plain relative paths, such as kong/plugins/NAME/handler.lua.',
    },
  );
}
