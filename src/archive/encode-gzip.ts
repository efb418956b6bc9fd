import { crc32 } from 'node:zlib';
import { asBuffer } from './as-buffer.ts';
import { compressChecked } from './compress-checked.ts';
import type { Block } from './compress-block.ts';

/** RFC 1952: deflate, no flags, time 0, XFL 0, OS 255 (unknown). */
const HEADER = Buffer.from('1f8b08000000000000ff', 'hex');
/** An empty final block with fixed codes: RFC 1951, section 3.2.6. */
const FINAL_BLOCK = Buffer.from('0300', 'hex');
/** The size of each block but the last one. */
export const GZIP_BLOCK_BYTES: number = 1024 * 1024;
const DICTIONARY_BYTES = 32 * 1024;
/** The size of libuv's thread pool, where zlib works. */
const BLOCKS_IN_FLIGHT = 4;

/**
 * Compresses to one gzip member whose bytes depend on the input alone: blocks of fixed size are
 * compressed side by side and joined in order. Changing anything here changes every digest.
 * @param input in blocks of {@link GZIP_BLOCK_BYTES}, of which a few are held at a time
 * @throws what `input` and `compress` throw, when nothing is under way any more
 */
export async function* encodeGzip(
  input: Iterable<Uint8Array>,
  compress: (block: Block) => Promise<Buffer> = compressChecked,
): AsyncGenerator<Buffer, void> {
  const inFlight: Promise<Buffer>[] = [];
  let dictionary: Buffer = Buffer.alloc(0);
  let checksum = 0;
  let sizeBytes = 0;
  yield HEADER;
  try {
    for (const piece of input) {
      const bytes = asBuffer(piece);
      checksum = crc32(bytes, checksum);
      sizeBytes += bytes.length;
      const block = compress({ bytes, dictionary });
      // What fails before its turn is waited for all the same.
      block.catch(() => undefined);
      inFlight.push(block);
      dictionary = bytes.subarray(-DICTIONARY_BYTES);
      if (inFlight.length >= BLOCKS_IN_FLIGHT) yield* inOrder(inFlight.splice(0, 1));
    }
    yield* inOrder(inFlight);
  } finally {
    await Promise.allSettled(inFlight);
  }
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(checksum, 0);
  trailer.writeUInt32LE(sizeBytes % 2 ** 32, 4);
  yield FINAL_BLOCK;
  yield trailer;
}

async function* inOrder(blocks: readonly Promise<Buffer>[]): AsyncGenerator<Buffer, void> {
  for (const block of blocks) yield await block;
}
