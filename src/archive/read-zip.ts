import { crc32 } from 'node:zlib';
import { brandExtractionPlan } from '../content/brand-extraction-plan.ts';
import type { ExtractionPlan, PlannedFile } from '../content/extraction-plan.ts';
import { digestOf } from '../reference/digest.ts';
import { DEFAULT_ARCHIVE_LIMITS, type ArchiveLimits } from './archive-limits.ts';
import { archiveRefused, quote } from './archive-refused.ts';
import { asBuffer } from './as-buffer.ts';
import { ClaimedPaths } from './claimed-paths.ts';
import { checkEntryPath } from './entry-path.ts';
import { inflateRaw } from './inflate-raw.ts';
import { refuseAt } from './tar-header.ts';
import { checkExtraFields, LOCAL_BYTES, readZipDirectory, type ZipRecord } from './zip-records.ts';

const LOCAL_SIGNATURE = 0x04034b50;
const DESCRIPTOR_SIGNATURE = 0x08074b50;
const DESCRIPTOR_BYTES = 16;
/** RFC 1951 cannot express more than 258 bytes in two bits. */
const MAX_DEFLATE_RATIO = 1032;
const MIN_CHUNK_BYTES = 64;

/**
 * Reads a zip strictly, as the rocks of LuaRocks are: plain entries one behind the other from the
 * first byte to the central directory, which says of each what its local header says. Everything
 * that two readers could read differently is refused. Synchronous and pure.
 * @returns every file it would put on disk, with the digest of `bytes`
 * @throws KongcrateError ARCHIVE_REFUSED; `details.reason` says why
 */
export function readZip(
  bytes: Uint8Array,
  limits: ArchiveLimits = DEFAULT_ARCHIVE_LIMITS,
): ExtractionPlan<PlannedFile> {
  const zip = asBuffer(bytes);
  const { records, startOffset } = readZipDirectory(zip, limits.maxFiles);
  const expandedBytes = checkTotal(records, limits);
  const claimed = new ClaimedPaths();
  const files: PlannedFile[] = [];
  let offset = 0;
  for (const record of records) {
    if (record.localOffset !== offset)
      throw refuseAt(
        record.offset,
        'ZIP_LAYOUT',
        `${quote(record.name)} is not where it should be`,
      );
    const { data, endOffset } = readLocal(zip.subarray(0, startOffset), record);
    offset = endOffset;
    const isDirectory = checkKind(record);
    const path = checkEntryPath(record.name, isDirectory ? 'directory' : 'file');
    if (path === '') continue;
    claimed.claim(path, isDirectory ? 'directory' : 'file');
    if (!isDirectory) files.push({ path, bytes: expand(data, record) });
  }
  if (offset !== startOffset)
    throw refuseAt(offset, 'ZIP_LAYOUT', 'there is data between the entries and their directory');
  if (files.length === 0) throw archiveRefused('EMPTY', 'it holds no files');
  return brandExtractionPlan({ files, archiveDigest: digestOf(bytes), expandedBytes });
}

/** What the entries say is what they may be expanded to, so the sum is known before any is. */
function checkTotal(records: readonly ZipRecord[], { maxUnpackedBytes }: ArchiveLimits): number {
  const expandedBytes = records.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (expandedBytes <= maxUnpackedBytes) return expandedBytes;
  throw archiveRefused('TOO_LARGE', `it expands to more than ${maxUnpackedBytes} bytes`, {
    remedy: 'If the archive is meant to be that large, raise --max-unpacked-size.',
  });
}

function readLocal(
  entries: Buffer,
  record: ZipRecord,
): { readonly data: Buffer; readonly endOffset: number } {
  const { localOffset, nameBytes, packedBytes } = record;
  const nameOffset = localOffset + LOCAL_BYTES;
  const nameEnd = nameOffset + nameBytes.length;
  const isWhole = nameEnd <= entries.length;
  const dataOffset = isWhole ? nameEnd + entries.readUInt16LE(localOffset + 28) : nameEnd;
  const endOffset = dataOffset + packedBytes;
  if (!isWhole || endOffset > entries.length)
    throw refuseAt(localOffset, 'TRUNCATED', `${quote(record.name)} is cut off`);
  const head = entries.subarray(localOffset, nameOffset);
  if (head.readUInt32LE(0) !== LOCAL_SIGNATURE || !isRepeated(head, record))
    throw disagrees(record);
  if (!entries.subarray(nameOffset, nameEnd).equals(nameBytes)) throw disagrees(record);
  checkExtraFields(entries.subarray(nameEnd, dataOffset), localOffset);
  const data = entries.subarray(dataOffset, endOffset);
  return { data, endOffset: endOffset + descriptorBytes(entries, endOffset, record) };
}

function disagrees({ name, localOffset }: ZipRecord): Error {
  return refuseAt(localOffset, 'SIZE_DISAGREES', `the two headers of ${quote(name)} differ`);
}

/** All but the bits that say how hard the writer compressed, which LuaRocks sets in one of them. */
function isRepeated(head: Buffer, { shared, flags }: ZipRecord): boolean {
  const local = Buffer.from(head.subarray(4, 28));
  const central = Buffer.from(shared);
  local.writeUInt16LE(local.readUInt16LE(2) & ~0b110, 2);
  central.writeUInt16LE(flags, 2);
  return local.equals(central);
}

/** LuaRocks 3 (tools/zip.lua) writes one behind each entry although the headers have it all. */
function descriptorBytes(entries: Buffer, offset: number, { shared }: ZipRecord): number {
  const found = entries.subarray(offset, offset + DESCRIPTOR_BYTES);
  if (found.length < DESCRIPTOR_BYTES || found.readUInt32LE(0) !== DESCRIPTOR_SIGNATURE) return 0;
  // CRC and both sizes, in the order of the header.
  return found.subarray(4).equals(shared.subarray(10, 22)) ? DESCRIPTOR_BYTES : 0;
}

/** The name says what it is; a file type that says something else is a link, a device, or a lie. */
function checkKind({ name, mode, offset, packedBytes, sizeBytes }: ZipRecord): boolean {
  const isDirectory = name.endsWith('/');
  const type = mode & 0o170000;
  if (type !== 0 && type !== (isDirectory ? 0o040000 : 0o100000))
    throw refuseAt(
      offset,
      'ENTRY_TYPE',
      `${quote(name)} is neither a file nor a directory, but of mode ${mode.toString(8)}`,
    );
  if (isDirectory && (packedBytes > 0 || sizeBytes > 0))
    throw refuseAt(offset, 'DIRECTORY_SIZE', `${quote(name)} is no file and has data`);
  if (!isDirectory && (mode & 0o7000) !== 0)
    throw refuseAt(offset, 'MODE', `${quote(name)} has setuid, setgid or sticky set`);
  return isDirectory;
}

function expand(data: Buffer, record: ZipRecord): Buffer {
  const { name, method, sizeBytes, offset } = record;
  if (method !== 0 && method !== 8)
    throw refuseAt(offset, 'ZIP_METHOD', `${quote(name)} is packed with method ${method}`);
  const expanded = method === 0 ? data : inflate(data, record);
  if (expanded.length !== sizeBytes)
    throw refuseAt(offset, 'SIZE_DISAGREES', `${quote(name)} has not the size that it says`);
  if (crc32(expanded) !== record.crc)
    throw refuseAt(offset, 'ZIP_CHECKSUM', `the CRC-32 of ${quote(name)} is wrong`);
  return expanded;
}

function inflate(data: Buffer, { name, sizeBytes, offset }: ZipRecord): Buffer {
  const possibleBytes = Math.min(sizeBytes, data.length * MAX_DEFLATE_RATIO);
  try {
    const { expanded, consumedBytes } = inflateRaw(data, {
      maxBytes: sizeBytes,
      chunkBytes: Math.max(MIN_CHUNK_BYTES, possibleBytes + 1),
    });
    if (consumedBytes === data.length) return expanded;
  } catch (error) {
    throw archiveRefused('ZIP_DATA', `the data of ${quote(name)} is damaged or not of its size`, {
      details: { entry: quote(name) },
      cause: error,
    });
  }
  throw refuseAt(offset, 'ZIP_DATA', `the data of ${quote(name)} goes on after its end`);
}
