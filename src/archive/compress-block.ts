import { promisify } from 'node:util';
import { constants, deflateRaw, type ZlibOptions } from 'node:zlib';

/** A piece of a stream, and the bytes right before it, up to 32 KiB. */
export interface Block {
  readonly bytes: Buffer;
  readonly dictionary: Buffer;
}

const LEVEL = 5;
const SAMPLE_BYTES = 12 * 1024;
const SAMPLE_LEVEL = 1;
/** Above this share of its size a sample counts as incompressible, in percent. */
const STORED_ABOVE_PERCENT = 97;
/** RFC 1951, section 3.2.4. */
const MAX_STORED_BYTES = 65_535;

/** Spelled out, since every one of them is part of every digest ever published. */
const FIXED: ZlibOptions = {
  windowBits: 15,
  memLevel: 8,
  strategy: constants.Z_DEFAULT_STRATEGY,
};

const deflate: (bytes: Buffer, options: ZlibOptions) => Promise<Buffer> = promisify(deflateRaw);

/**
 * Compresses one block to raw deflate that ends at a byte boundary and is not final, so that
 * blocks can be made in any order and joined. What hardly shrinks is stored.
 */
export async function compressBlock({ bytes, dictionary }: Block): Promise<Buffer> {
  if (await isIncompressible(bytes)) return storeBlock(bytes);
  return deflate(bytes, {
    ...FIXED,
    level: LEVEL,
    finishFlush: constants.Z_SYNC_FLUSH,
    ...(dictionary.length > 0 ? { dictionary } : {}),
  });
}

async function isIncompressible(bytes: Buffer): Promise<boolean> {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  const compressed = await deflate(sample, { ...FIXED, level: SAMPLE_LEVEL });
  return compressed.length * 100 > sample.length * STORED_ABOVE_PERCENT;
}

function storeBlock(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let start = 0; start < bytes.length; start += MAX_STORED_BYTES) {
    const piece = bytes.subarray(start, start + MAX_STORED_BYTES);
    const head = Buffer.alloc(5);
    head.writeUInt16LE(piece.length, 1);
    head.writeUInt16LE(piece.length ^ 0xffff, 3);
    parts.push(head, piece);
  }
  return Buffer.concat(parts);
}
