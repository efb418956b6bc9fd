import { BLOCK_BYTES } from './tar-header.ts';
import { paddingAfter, ustarHeader } from './ustar-header.ts';

/** A file to put into a tar that nobody holds whole. */
export interface StreamedFile {
  /** At most 100 characters of ASCII. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Gives exactly so many bytes. */
  readonly open: () => AsyncIterable<Buffer>;
}

/**
 * Writes a ustar of regular files, sorted by path, owner 0, mode 0644, time 0: the same files give
 * the same bytes.
 * @throws KongcrateError ARCHIVE_REFUSED (TOO_LARGE) for a file from 8 GiB; what `open` throws
 */
export async function* streamTar(files: readonly StreamedFile[]): AsyncGenerator<Buffer, void> {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  for (const { path, sizeBytes, open } of sorted) {
    yield ustarHeader(path, sizeBytes);
    yield* open();
    yield paddingAfter(sizeBytes);
  }
  yield Buffer.alloc(2 * BLOCK_BYTES);
}
