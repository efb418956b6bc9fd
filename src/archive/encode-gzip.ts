import { crc32 } from 'node:zlib';
import { compressBlock, type Block } from './compress-block.ts';

/** RFC 1952: deflate, no flags, time 0, XFL 0, OS 255 (unknown). */
const HEADER = Buffer.from('1f8b08000000000000ff', 'hex');
/** An empty final block with fixed codes: RFC 1951, section 3.2.6. */
const FINAL_BLOCK = Buffer.from('0300', 'hex');
const BLOCK_BYTES = 1024 * 1024;
const DICTIONARY_BYTES = 32 * 1024;
/** The size of libuv's thread pool, where zlib works. */
const BLOCKS_IN_FLIGHT = 4;

/**
 * Compresses to one gzip member whose bytes depend on the input alone: blocks of fixed size are
 * compressed side by side and joined in order. Changing anything here changes every digest.
 */
export async function encodeGzip(input: Buffer): Promise<Buffer> {
  const blocks = await compressAll(splitBlocks(input));
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(input), 0);
  trailer.writeUInt32LE(input.length % 2 ** 32, 4);
  return Buffer.concat([HEADER, ...blocks, FINAL_BLOCK, trailer]);
}

function splitBlocks(input: Buffer): readonly Block[] {
  const blocks: Block[] = [];
  for (let start = 0; start < input.length; start += BLOCK_BYTES)
    blocks.push({
      bytes: input.subarray(start, start + BLOCK_BYTES),
      dictionary: input.subarray(Math.max(0, start - DICTIONARY_BYTES), start),
    });
  return blocks;
}

async function compressAll(blocks: readonly Block[]): Promise<readonly Buffer[]> {
  const compressed: Buffer[] = [];
  const waiting = blocks.entries();
  const work = async (): Promise<void> => {
    for (const [index, block] of waiting) compressed[index] = await compressBlock(block);
  };
  await Promise.all(Array.from({ length: BLOCKS_IN_FLIGHT }, work));
  return compressed;
}
