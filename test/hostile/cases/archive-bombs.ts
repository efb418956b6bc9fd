import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import type { ArchiveLimits } from '../../../src/archive/archive-limits.ts';
import type { HostileCase } from '../../support/expect-refused.ts';
import { tarFile, tarOf } from '../../support/tar-builder.ts';

export const MEBIBYTE: number = 1024 * 1024;
export const LIMITS: ArchiveLimits = { maxUnpackedBytes: 4 * MEBIBYTE, maxFiles: 1000 };

export const tar: Buffer = tarOf(tarFile('x'), tarFile('y'));
export const gzip: Buffer = gzipSync(tar);
export const bomb: Buffer = gzipSync(Buffer.alloc(64 * MEBIBYTE));

interface MemberFields {
  readonly flags: number;
  readonly extra?: string;
  readonly crc?: number;
  readonly length?: number;
}

export function member({
  flags,
  extra = '',
  crc = crc32(tar),
  length = tar.length,
}: MemberFields): Buffer {
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc, 0);
  trailer.writeUInt32LE(length, 4);
  const header = Buffer.from([0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 255]);
  return Buffer.concat([header, Buffer.from(extra, 'latin1'), deflateRawSync(tar), trailer]);
}

export const gzips: readonly HostileCase[] = [
  ['A16 empty', Buffer.alloc(0), 'GZIP_TRUNCATED'],
  ['A16 header only', gzip.subarray(0, 10), 'GZIP_TRUNCATED'],
  ['A16 cut in the data', gzip.subarray(0, 30), 'GZIP_TRUNCATED'],
  ['A16 cut in the trailer', gzip.subarray(0, -1), 'GZIP_TRUNCATED'],
  ['A16 no trailer', gzip.subarray(0, -8), 'GZIP_TRUNCATED'],
  ['A16 name without an end', Buffer.from('1f8b08080000000000ff6161', 'hex'), 'GZIP_TRUNCATED'],
  ['A16 wrong CRC', member({ flags: 0, crc: 1 }), 'GZIP_CHECKSUM'],
  ['A16 wrong ISIZE', member({ flags: 0, length: 1 }), 'GZIP_LENGTH'],
  ['A16 ISIZE of 4 GiB', member({ flags: 0, length: 0xffffffff }), 'GZIP_LENGTH'],
  ['A16 two members', Buffer.concat([gzip, gzip]), 'GZIP_TRAILING'],
  ['A16 trailing garbage', Buffer.concat([gzip, Buffer.from('x')]), 'GZIP_TRAILING'],
  ['A16 trailing zeros', Buffer.concat([gzip, Buffer.alloc(512)]), 'GZIP_TRAILING'],
  ['A16 extra field', member({ flags: 4, extra: '\x04\x00data' }), 'GZIP_HEADER'],
  ['A16 reserved flag', member({ flags: 0x20 }), 'GZIP_HEADER'],
  ['A16 wrong header checksum', member({ flags: 2, extra: '\x00\x00' }), 'GZIP_HEADER'],
  ['A16 unknown method', Buffer.from('1f8b09000000000000ff0000', 'hex'), 'GZIP_HEADER'],
  ['A16 damaged data', Buffer.from('1f8b08000000000000ffffffffff', 'hex'), 'GZIP_DATA'],
];
