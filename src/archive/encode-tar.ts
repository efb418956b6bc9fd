import { pack } from 'tar-stream';
import { wholeOf, type ByteSource } from '../content/byte-source.ts';
import type { ArchivedFile } from '../content/extraction-plan.ts';
import { archiveRefused, quote } from './archive-refused.ts';
import { asBuffer } from './as-buffer.ts';
import { TarBytes } from './tar-bytes.ts';
import { MAX_NAME_BYTES, MAX_PREFIX_BYTES, prefixBytes } from './ustar-header.ts';

const PLAIN = { type: 'file', mode: 0o644, uid: 0, gid: 0, mtime: new Date(0) } as const;

/**
 * A ustar of regular files: sorted by path, no directories, owner 0, mode 0644, time 0. A file is
 * read when its part of the tar is.
 * @throws KongcrateError ARCHIVE_REFUSED: PATH_USTAR for a path that would need a PAX header,
 *   TOO_LARGE for a file from 8 GiB
 */
export function layOutTar(files: readonly ArchivedFile[]): ByteSource {
  return new TarBytes(inOrder(files));
}

/**
 * The bytes of `layOutTar`, in memory.
 * @throws KongcrateError as `layOutTar`
 */
export async function encodeTar(files: readonly ArchivedFile[]): Promise<Buffer> {
  const tar = pack();
  for (const { path: name, bytes } of inOrder(files))
    tar.entry({ ...PLAIN, name }, asBuffer(wholeOf(bytes)));
  tar.finalize();
  const chunks: Buffer[] = [];
  // The types call Pack a Readable of Node, which it is not; iterating it is all it shares.
  for await (const chunk of tar as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function inOrder(files: readonly ArchivedFile[]): readonly ArchivedFile[] {
  for (const file of files) checkFits(file.path);
  return [...files].sort(byPath);
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
