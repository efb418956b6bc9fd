import { zipSync, type Zippable } from 'fflate';
import type { PlannedFile } from '../content/extraction-plan.ts';
import { DEFAULT_ARCHIVE_LIMITS, type ArchiveLimits } from './archive-limits.ts';
import { readZip } from './read-zip.ts';

const UNIX = 3;
const REGULAR_0644 = 0o100644 << 16;

/**
 * Writes a zip that is a function of the files' paths and bytes alone: sorted, mode 0644, one fixed
 * time, and a compressor that is the same in every Node.js. It is read back with the strict reader.
 * @throws KongcrateError ARCHIVE_REFUSED for paths or sizes that would not be read
 */
export function encodeZip(
  files: readonly PlannedFile[],
  limits: ArchiveLimits = DEFAULT_ARCHIVE_LIMITS,
): Uint8Array {
  const sorted = [...files].sort((a, b) =>
    Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)),
  );
  const zippable: Zippable = Object.fromEntries(sorted.map(({ path, bytes }) => [path, bytes]));
  const bytes = zipSync(zippable, {
    level: 6,
    os: UNIX,
    attrs: REGULAR_0644,
    // A zip has local times, and begins in 1980. By its parts it is the same in every zone; none
    // changed its clocks at that noon.
    mtime: new Date(1980, 0, 1, 12),
  });
  readZip(bytes, limits);
  return bytes;
}
