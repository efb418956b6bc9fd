import { crc32 } from 'node:zlib';
import type { ByteSource } from '../content/byte-source.ts';
import { errnoOf, type KongcrateError } from '../errors/kongcrate-error.ts';
import { archiveRefused } from './archive-refused.ts';
import { asBuffer } from './as-buffer.ts';
import { endOfGzipHeader } from './gzip-header.ts';
import { inflateRaw, type Inflated } from './inflate-raw.ts';

const TRAILER_BYTES = 8;
/** RFC 1951 cannot express more than 258 bytes in two bits. */
const MAX_DEFLATE_RATIO = 1032;
const MIN_CHUNK_BYTES = 64 * 1024;

/**
 * Expands one gzip member (RFC 1952), synchronously and strictly. Readers disagree about what
 * follows a member (Node joins further members and skips zeros, others do not), so nothing may.
 * @param maxBytes the most bytes the result may have; expansion stops there
 * @throws KongcrateError ARCHIVE_REFUSED with `details.reason` TOO_LARGE or GZIP_*
 */
export function expandGzip(bytes: Uint8Array, maxBytes: number): Buffer {
  const input = asBuffer(bytes);
  const start = endOfGzipHeader(input);
  const { expanded, consumedBytes } = inflate(input.subarray(start), maxBytes);
  checkTrailer(input.subarray(start + consumedBytes), {
    checksum: crc32(expanded),
    expandedBytes: expanded.length,
  });
  return expanded;
}

/**
 * Checks what follows a deflate stream: its trailer, and nothing else.
 * @throws KongcrateError ARCHIVE_REFUSED with `details.reason` GZIP_*
 */
export function checkTrailer(
  rest: ByteSource,
  { checksum, expandedBytes }: { readonly checksum: number; readonly expandedBytes: number },
): void {
  if (rest.length < TRAILER_BYTES)
    throw archiveRefused('GZIP_TRUNCATED', 'the gzip stream ends inside its trailer');
  if (rest.length > TRAILER_BYTES)
    throw archiveRefused(
      'GZIP_TRAILING',
      `${rest.length - TRAILER_BYTES} bytes follow its first gzip member`,
    );
  const trailer = asBuffer(rest.subarray(0, TRAILER_BYTES));
  if (trailer.readUInt32LE(0) !== checksum)
    throw archiveRefused('GZIP_CHECKSUM', 'the CRC-32 of the gzip stream is wrong');
  if (trailer.readUInt32LE(4) !== expandedBytes % 2 ** 32)
    throw archiveRefused(
      'GZIP_LENGTH',
      `the gzip stream has ${expandedBytes} bytes and says ${trailer.readUInt32LE(4)}`,
    );
}

function inflate(deflated: Buffer, maxBytes: number): Inflated {
  try {
    return inflateRaw(deflated, { maxBytes, chunkBytes: chunkBytesFor(deflated, maxBytes) });
  } catch (error) {
    throw refusalOf(error, maxBytes);
  }
}

/**
 * The stated length, so that an honest archive is expanded into one allocation. It is a hint and
 * may lie: hence the bounds.
 */
function chunkBytesFor(deflated: Buffer, maxBytes: number): number {
  return Math.max(MIN_CHUNK_BYTES, Math.min(statedBytesOf(deflated), maxBytes) + 1);
}

/** How much a gzip stream says it expands to, as far as its own size allows that. */
export function statedBytesOf(input: ByteSource): number {
  if (input.length < 4) return 0;
  const stated = asBuffer(input.subarray(input.length - 4, input.length)).readUInt32LE();
  return Math.min(stated, input.length * MAX_DEFLATE_RATIO);
}

/** The error for what expands to more than it may. */
export function expandsBeyond(maxBytes: number): KongcrateError {
  return archiveRefused('TOO_LARGE', `it expands to more than ${maxBytes} bytes`, {
    remedy: 'If the archive is meant to be that large, raise --max-unpacked-size.',
  });
}

/** What an error of Node's zlib says of the archive; errors of others stay what they are. */
export function refusalOf(error: unknown, maxBytes: number): unknown {
  const code = errnoOf(error);
  if (code === 'ERR_BUFFER_TOO_LARGE') return expandsBeyond(maxBytes);
  if (code === 'Z_BUF_ERROR')
    return archiveRefused('GZIP_TRUNCATED', 'its gzip stream is cut off', { cause: error });
  if (code?.startsWith('Z_') !== true) return error;
  return archiveRefused('GZIP_DATA', 'its gzip stream is damaged', { cause: error });
}
