import { pack } from 'tar-stream';
import type { PlannedFile } from '../content/extraction-plan.ts';
import { archiveRefused, quote } from './archive-refused.ts';
import { asBuffer } from './as-buffer.ts';

/** POSIX.1-1988 ustar: the two fields a path is split over at a slash. */
const MAX_NAME_BYTES = 100;
const MAX_PREFIX_BYTES = 155;

/**
 * Writes a ustar of regular files: sorted by path, no directories, owner 0, mode 0644, time 0.
 * @throws KongcrateError ARCHIVE_REFUSED (PATH_USTAR) for a path that would need a PAX header
 */
export async function encodeTar(files: readonly PlannedFile[]): Promise<Buffer> {
  for (const file of files) checkFits(file.path);
  const tar = pack();
  for (const file of [...files].sort(byPath)) tar.entry(headerOf(file), asBuffer(file.bytes));
  tar.finalize();
  const chunks: Buffer[] = [];
  // The types call Pack a Readable of Node, which it is not; iterating it is all it shares.
  for await (const chunk of tar as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function headerOf(file: PlannedFile): {
  name: string;
  type: 'file';
  mode: number;
  uid: number;
  gid: number;
  mtime: Date;
} {
  return { name: file.path, type: 'file', mode: 0o644, uid: 0, gid: 0, mtime: new Date(0) };
}

function byPath(a: PlannedFile, b: PlannedFile): number {
  return Buffer.compare(Buffer.from(a.path), Buffer.from(b.path));
}

/** Kong's operator and streaming readers take plain ustar only, so nothing else is written. */
function checkFits(path: string): void {
  const isAscii = /^[\x20-\x7e]+$/.test(path);
  if (isAscii && (path.length <= MAX_NAME_BYTES || canSplit(path))) return;
  const why = isAscii
    ? `fits no ustar header (${MAX_PREFIX_BYTES} characters, a slash, ${MAX_NAME_BYTES})`
    : 'has characters outside printable ASCII';
  throw archiveRefused('PATH_USTAR', `the path ${quote(path)} ${why}`, {
    details: { entry: quote(path) },
    remedy: 'Rename the file, or leave it out with .kongcrateignore.',
  });
}

function canSplit(path: string): boolean {
  const slash = path.indexOf('/', path.length - MAX_NAME_BYTES - 1);
  return slash > 0 && slash <= MAX_PREFIX_BYTES && slash < path.length - 1;
}
