import { wholeOf, type ByteSource } from '../content/byte-source.ts';
import { archiveRefused } from './archive-refused.ts';
import { expandGzip } from './expand-gzip.ts';
import { sniffFormat } from './sniff-format.ts';

/**
 * The tar in an archive, expanded where it is compressed.
 * @param maxBytes the most bytes the tar may have
 * @throws KongcrateError ARCHIVE_REFUSED for everything that is neither tar nor gzip
 */
export function openTar(bytes: Uint8Array, maxBytes: number): Uint8Array;
export function openTar(bytes: ByteSource, maxBytes: number): ByteSource;
export function openTar(bytes: ByteSource, maxBytes: number): ByteSource {
  const format = sniffFormat(bytes);
  switch (format) {
    case 'tar':
      return bytes;
    case 'gzip':
      return expandGzip(wholeOf(bytes), maxBytes);
    case 'zip':
      throw archiveRefused('ZIP', 'it is a zip, and a layer is a tar', {
        remedy: 'Read a rock of LuaRocks from its file: `kongcrate pack X.all.rock`.',
      });
    case 'xz':
    case 'zstd':
    case 'bzip2':
      throw archiveRefused('COMPRESSION', `it is compressed with ${format}; only gzip is read`, {
        remedy: 'Decompress it first, or pack it again with gzip: `tar --format=ustar -czf`.',
      });
    case undefined:
      throw archiveRefused(
        'NOT_AN_ARCHIVE',
        `its ${bytes.length} bytes are neither a tar nor a gzip stream`,
        { remedy: 'Name a tar or tar.gz: the file that `kongcrate pack` writes.' },
      );
  }
}
