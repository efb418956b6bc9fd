import type { ByteSource } from '../content/byte-source.ts';
import type { Spooling } from '../content/spool.ts';
import type { ArchiveLimits } from './archive-limits.ts';
import { statedBytesOf } from './expand-gzip.ts';
import { openTar } from './open-tar.ts';
import { sniffFormat } from './sniff-format.ts';
import { spoolGzip } from './spool-gzip.ts';

export interface SpooledOptions {
  readonly limits?: ArchiveLimits | undefined;
  readonly spooling: Spooling;
}

/**
 * As {@link openTar}, of an archive that need not be in memory: a plain tar stays where it is, and
 * what is large is expanded into a spool.
 * @throws KongcrateError ARCHIVE_REFUSED; INSTALL_FAILED where a spool cannot be written
 */
export async function openSpooledTar(
  { bytes, limits }: { readonly bytes: ByteSource; readonly limits: ArchiveLimits },
  spooling: Spooling,
): Promise<ByteSource> {
  // What says less than it expands to is refused for that, in memory that the limits bound.
  const largestBytes = Math.max(bytes.length, statedBytesOf(bytes));
  if (sniffFormat(bytes) === 'gzip' && !spooling.holds(largestBytes))
    return spoolGzip(bytes, limits.maxUnpackedBytes, spooling.open());
  return openTar(bytes, limits.maxUnpackedBytes);
}
