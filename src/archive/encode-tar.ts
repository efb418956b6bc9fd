import type { ByteSource } from '../content/byte-source.ts';
import type { ArchivedFile } from '../content/extraction-plan.ts';
import { archiveRefused, quote } from './archive-refused.ts';
import { TarBytes } from './tar-bytes.ts';
import { MAX_NAME_BYTES, MAX_PREFIX_BYTES, prefixBytes } from './ustar-header.ts';

/**
 * A ustar of regular files: sorted by path, no directories, owner 0, mode 0644, time 0. The files
 * are read where the tar is.
 * @throws KongcrateError ARCHIVE_REFUSED: PATH_USTAR for a path that would need a PAX header,
 *   TOO_LARGE for a file from 8 GiB
 */
export function encodeTar(files: readonly ArchivedFile[]): ByteSource {
  for (const file of files) checkFits(file.path);
  return new TarBytes([...files].sort(byPath));
}

function byPath(a: ArchivedFile, b: ArchivedFile): number {
  return Buffer.compare(Buffer.from(a.path), Buffer.from(b.path));
}

/** Kong's operator and streaming readers take plain ustar only, so nothing else is written. */
function checkFits(path: string): void {
  const isAscii = /^[\x20-\x7e]+$/.test(path);
  if (isAscii && (path.length <= MAX_NAME_BYTES || prefixBytes(path) > 0)) return;
  const why = isAscii
    ? `fits no ustar header (${MAX_PREFIX_BYTES} characters, a slash, ${MAX_NAME_BYTES})`
    : 'has characters outside printable ASCII';
  throw archiveRefused('PATH_USTAR', `the path ${quote(path)} ${why}`, {
    details: { entry: quote(path) },
    remedy: 'Rename the file, or leave it out with .kongcrateignore.',
  });
}
