import { crc32 } from 'node:zlib';
import { errnoOf } from '../errors/kongcrate-error.ts';
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
  const trailer = input.subarray(start + consumedBytes);
  if (trailer.length < TRAILER_BYTES)
    throw archiveRefused('GZIP_TRUNCATED', `the gzip stream ends at byte ${input.length}`);
  if (trailer.length > TRAILER_BYTES)
    throw archiveRefused(
      'GZIP_TRAILING',
      `${trailer.length - TRAILER_BYTES} bytes follow its first gzip member`,
    );
  if (trailer.readUInt32LE(0) !== crc32(expanded))
    throw archiveRefused('GZIP_CHECKSUM', 'the CRC-32 of the gzip stream is wrong');
  if (trailer.readUInt32LE(4) !== expanded.length % 2 ** 32)
    throw archiveRefused(
      'GZIP_LENGTH',
      `the gzip stream has ${expanded.length} bytes and says ${trailer.readUInt32LE(4)}`,
    );
  return expanded;
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
  const statedBytes = deflated.length < 4 ? 0 : deflated.readUInt32LE(deflated.length - 4);
  const possibleBytes = Math.min(statedBytes, deflated.length * MAX_DEFLATE_RATIO, maxBytes);
  return Math.max(MIN_CHUNK_BYTES, possibleBytes + 1);
}

function refusalOf(error: unknown, maxBytes: number): Error {
  const code = errnoOf(error);
  if (code === 'ERR_BUFFER_TOO_LARGE')
    return archiveRefused('TOO_LARGE', `it expands to more than ${maxBytes} bytes`, {
      remedy: 'If the archive is meant to be that large, raise --max-unpacked-size.',
    });
  if (code === 'Z_BUF_ERROR')
    return archiveRefused('GZIP_TRUNCATED', 'its gzip stream is cut off', { cause: error });
  return archiveRefused('GZIP_DATA', 'its gzip stream is damaged', { cause: error });
}
