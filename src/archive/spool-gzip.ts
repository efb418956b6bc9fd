import { Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import { partOf, piecesOf, type ByteSource } from '../content/byte-source.ts';
import type { Spool } from '../content/spool.ts';
import { asBuffer } from './as-buffer.ts';
import { checkTrailer, expandsBeyond, refusalOf } from './expand-gzip.ts';
import { endOfGzipHeader } from './gzip-header.ts';

/** Name and comment of a header stand in it. */
const HEADER_BYTES = 64 * 1024;
const CHUNK_BYTES = 64 * 1024;

/**
 * As `expandGzip`, through memory that is small whatever the sizes.
 * @returns `spool`, which holds what was expanded
 * @throws KongcrateError ARCHIVE_REFUSED; what `input` and `spool` throw
 */
export async function spoolGzip(
  input: ByteSource,
  maxBytes: number,
  spool: Spool,
): Promise<ByteSource> {
  const head = input.subarray(0, Math.min(input.length, HEADER_BYTES));
  const start = endOfGzipHeader(asBuffer(head));
  const engine = createInflateRaw({ chunkSize: CHUNK_BYTES });
  const deflated = Readable.from(piecesOf(partOf(input, start, input.length)));
  deflated.once('error', (error) => engine.destroy(error));
  let checksum = 0;
  try {
    for await (const chunk of deflated.pipe(engine) as AsyncIterable<Buffer>) {
      if (spool.length + chunk.length > maxBytes) throw expandsBeyond(maxBytes);
      checksum = crc32(chunk, checksum);
      spool.write(chunk);
    }
  } catch (error) {
    throw refusalOf(error, maxBytes);
  } finally {
    deflated.destroy();
  }
  checkTrailer(partOf(input, start + engine.bytesWritten, input.length), {
    checksum,
    expandedBytes: spool.length,
  });
  return spool;
}
