import { crc32 } from 'node:zlib';
import { archiveRefused } from './archive-refused.ts';

const FIXED_BYTES = 10;
const DEFLATE = 8;
/** RFC 1952, section 2.3.1: FLG. */
const HAS_CHECKSUM = 0x02;
const HAS_EXTRA = 0x04;
const HAS_NAME = 0x08;
const HAS_COMMENT = 0x10;
const RESERVED = 0xe0;

/**
 * Where the deflate stream of a gzip member starts. Name and comment are skipped: `gzip FILE`
 * and Python write them. Extra fields and reserved flags are refused, as they may change what
 * follows (RFC 1952, section 2.3.1.2).
 * @throws KongcrateError ARCHIVE_REFUSED
 */
export function endOfGzipHeader(input: Buffer): number {
  if (input.length < FIXED_BYTES) throw truncated(input);
  const flags = input.readUInt8(3);
  if (input.readUInt16BE(0) !== 0x1f8b || input[2] !== DEFLATE)
    throw archiveRefused('GZIP_HEADER', 'it does not start with a gzip header');
  if ((flags & (RESERVED | HAS_EXTRA)) !== 0)
    throw archiveRefused(
      'GZIP_HEADER',
      `its gzip header has the flags 0x${flags.toString(16)} (extra field or reserved)`,
    );
  let end = FIXED_BYTES;
  if ((flags & HAS_NAME) !== 0) end = afterText(input, end);
  if ((flags & HAS_COMMENT) !== 0) end = afterText(input, end);
  return (flags & HAS_CHECKSUM) === 0 ? end : afterChecksum(input, end);
}

function afterText(input: Buffer, start: number): number {
  const zero = input.indexOf(0, start);
  if (zero < 0) throw truncated(input);
  return zero + 1;
}

function afterChecksum(input: Buffer, start: number): number {
  if (input.length < start + 2) throw truncated(input);
  if (input.readUInt16LE(start) !== (crc32(input.subarray(0, start)) & 0xffff))
    throw archiveRefused('GZIP_HEADER', 'the checksum of its gzip header is wrong');
  return start + 2;
}

function truncated(input: Buffer): Error {
  return archiveRefused('GZIP_TRUNCATED', `it ends at byte ${input.length}, inside a gzip header`);
}
