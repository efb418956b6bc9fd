import type { ByteSource } from '../content/byte-source.ts';
import type { ArchivedFile } from '../content/extraction-plan.ts';
import { BLOCK_BYTES } from './tar-header.ts';
import { ustarHeader } from './ustar-header.ts';

/** What is not zero in a tar: a header, or the bytes of a file. */
interface Part {
  readonly start: number;
  readonly end: number;
  readonly bytes: ByteSource;
}

/** A ustar that nobody holds whole: its files are read when and where it is. */
export class TarBytes implements ByteSource {
  readonly length: number;
  readonly #parts: readonly Part[];

  /** @throws KongcrateError ARCHIVE_REFUSED (TOO_LARGE) for a file from 8 GiB */
  constructor(files: readonly ArchivedFile[]) {
    const parts: Part[] = [];
    let end = 0;
    for (const { path, bytes } of files)
      // The digests that were ever published have spaces behind numbers.
      for (const part of [ustarHeader(path, bytes.length, ' '), bytes]) {
        parts.push({ start: end, end: end + part.length, bytes: part });
        end += Math.ceil(part.length / BLOCK_BYTES) * BLOCK_BYTES;
      }
    this.#parts = parts;
    this.length = end + 2 * BLOCK_BYTES;
  }

  subarray(start: number, end: number): Uint8Array {
    let index = this.#partBehind(start);
    const first = this.#parts[index];
    if (first !== undefined && first.start <= start && end <= first.end)
      return first.bytes.subarray(start - first.start, end - first.start);
    const piece = Buffer.alloc(Math.max(0, Math.min(end, this.length) - start));
    for (let part = first; part !== undefined && part.start < end; part = this.#parts[++index]) {
      const from = Math.max(start, part.start);
      const to = Math.min(end, part.end);
      piece.set(part.bytes.subarray(from - part.start, to - part.start), from - start);
    }
    return piece;
  }

  /** The first part that ends behind a byte. */
  #partBehind(offset: number): number {
    let low = 0;
    let high = this.#parts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#parts[middle]?.end ?? 0) > offset) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
