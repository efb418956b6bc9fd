import { archiveRefused } from './archive-refused.ts';
import { decodeText, refuseAt } from './tar-header.ts';

/** PKWARE APPNOTE 6.3.10, 4.3.7, 4.3.12 and 4.3.16: what stands before the variable fields. */
export const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const END_BYTES = 22;

const CENTRAL_SIGNATURE = 0x02014b50;
const END_SIGNATURE = 0x06054b50;
const ZIP64_LOCATOR_SIGNATURE = 0x07064b50;
const ZIP64_LOCATOR_BYTES = 20;

/** 4.4.4, "general purpose bit flag": how hard the writer compressed, and UTF-8 names. */
const LEVEL_FLAGS = 0b110;
const UTF8_FLAG = 1 << 11;

/** Times and owners, as Info-ZIP writes them: nothing that changes what is read. */
const HARMLESS_EXTRA_FIELDS: ReadonlySet<number> = new Set([0x5455, 0x7875, 0x7855, 0x5855]);

/** One entry of the central directory. */
export interface ZipRecord {
  /** Where the record stands, in bytes. */
  readonly offset: number;
  /** The fields that the local header repeats: version, flags, method, time, CRC, sizes, name length. */
  readonly shared: Buffer;
  readonly name: string;
  readonly nameBytes: Buffer;
  readonly flags: number;
  /** 0 stored, 8 deflated. */
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly sizeBytes: number;
  /** Permissions and file type as Unix writers put them; 0 from others. */
  readonly mode: number;
  readonly localOffset: number;
}

export interface ZipDirectory {
  readonly records: readonly ZipRecord[];
  /** Where the central directory begins: the entries end there. */
  readonly startOffset: number;
}

/**
 * Reads the central directory, which has to end at the end record, which has to end the file:
 * readers look for both in different ways.
 * @throws KongcrateError ARCHIVE_REFUSED
 */
export function readZipDirectory(zip: Buffer, maxFiles: number): ZipDirectory {
  const end = zip.length - END_BYTES;
  if (end < 0 || zip.readUInt32LE(end) !== END_SIGNATURE)
    throw refuseAt(Math.max(0, end), 'NO_END', 'a zip has to end with its end record, no comment');
  const locator = end - ZIP64_LOCATOR_BYTES;
  if (locator >= 0 && zip.readUInt32LE(locator) === ZIP64_LOCATOR_SIGNATURE)
    throw refuseAt(locator, 'ZIP64', 'it is a zip64, which no archive of a plugin needs');
  const { count, sizeBytes, startOffset } = readEnd(zip, end);
  if (count > maxFiles)
    throw archiveRefused('TOO_MANY_ENTRIES', `it has more than ${maxFiles} entries`, {
      remedy: 'If the archive is meant to hold that many, raise --max-files.',
    });
  if (startOffset + sizeBytes !== end)
    throw refuseAt(end, 'ZIP_LAYOUT', 'the central directory does not end at the end record');
  const records: ZipRecord[] = [];
  let offset = startOffset;
  while (records.length < count) {
    const record = readRecord(zip.subarray(0, end), offset);
    records.push(record);
    offset += CENTRAL_BYTES + record.nameBytes.length + zip.readUInt16LE(offset + 30);
  }
  if (offset !== end)
    throw refuseAt(offset, 'ZIP_LAYOUT', 'the central directory has more than its entries');
  return { records, startOffset };
}

function readEnd(
  zip: Buffer,
  end: number,
): { readonly count: number; readonly sizeBytes: number; readonly startOffset: number } {
  const [disk, firstDisk, countHere, count] = [4, 6, 8, 10].map((field) =>
    zip.readUInt16LE(end + field),
  );
  if (disk !== 0 || firstDisk !== 0 || count === undefined || countHere !== count)
    throw refuseAt(end, 'ZIP_LAYOUT', 'it is one part of several');
  if (zip.readUInt16LE(end + 20) !== 0)
    throw refuseAt(end, 'NO_END', 'a zip has to end with its end record, no comment');
  return { count, sizeBytes: zip.readUInt32LE(end + 12), startOffset: zip.readUInt32LE(end + 16) };
}

function readRecord(directory: Buffer, offset: number): ZipRecord {
  const head = directory.subarray(offset, offset + CENTRAL_BYTES);
  if (head.length < CENTRAL_BYTES || head.readUInt32LE(0) !== CENTRAL_SIGNATURE)
    throw refuseAt(offset, 'ZIP_LAYOUT', 'the central directory breaks off');
  const nameEnd = offset + CENTRAL_BYTES + head.readUInt16LE(28);
  const extraEnd = nameEnd + head.readUInt16LE(30);
  if (extraEnd > directory.length)
    throw refuseAt(offset, 'ZIP_LAYOUT', 'the central directory breaks off');
  if (head.readUInt16LE(32) !== 0 || head.readUInt16LE(34) !== 0)
    throw refuseAt(offset, 'ZIP_LAYOUT', 'an entry has a comment, or is on another disk');
  checkExtraFields(directory.subarray(nameEnd, extraEnd), offset);
  const nameBytes = directory.subarray(offset + CENTRAL_BYTES, nameEnd);
  const flags = head.readUInt16LE(8);
  return {
    offset,
    shared: head.subarray(6, 30),
    nameBytes,
    name: readName(nameBytes, flags, offset),
    flags: checkFlags(flags, offset),
    method: head.readUInt16LE(10),
    crc: head.readUInt32LE(16),
    packedBytes: head.readUInt32LE(20),
    sizeBytes: head.readUInt32LE(24),
    mode: head.readUInt16LE(40),
    localOffset: head.readUInt32LE(42),
  };
}

/** Encrypted, patched, streamed with the sizes behind the data: readers need other ways for each. */
function checkFlags(flags: number, offset: number): number {
  if ((flags & ~(LEVEL_FLAGS | UTF8_FLAG)) !== 0)
    throw refuseAt(
      offset,
      'ZIP_FLAGS',
      `an entry is encrypted, streamed or special (flags 0x${flags.toString(16)})`,
    );
  return flags & ~LEVEL_FLAGS;
}

/** Without the flag a name is in the code page of whoever reads it. */
function readName(bytes: Buffer, flags: number, offset: number): string {
  const isAscii = bytes.every((byte) => byte < 0x80);
  if (!isAscii && (flags & UTF8_FLAG) === 0)
    throw refuseAt(offset, 'TEXT_FIELD', 'a name is not ASCII and not said to be UTF-8');
  return decodeText(bytes, offset);
}

/**
 * Refuses what can change an entry's name, size or data (0x7075, zip64, AES), for some readers.
 * @throws KongcrateError ARCHIVE_REFUSED
 */
export function checkExtraFields(fields: Buffer, offset: number): void {
  for (let at = 0; at < fields.length;) {
    const isWhole = at + 4 <= fields.length;
    const id = isWhole ? fields.readUInt16LE(at) : -1;
    at += isWhole ? 4 + fields.readUInt16LE(at + 2) : 4;
    if (!HARMLESS_EXTRA_FIELDS.has(id) || at > fields.length)
      throw refuseAt(offset, 'ZIP_EXTRA_FIELD', `an entry has the extra field ${id}, or a part`);
  }
}
