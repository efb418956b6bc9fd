import { quote } from './archive-refused.ts';
import { readPaxRecords } from './pax-records.ts';
import { decodeText, refuseAt, type TarHeader } from './tar-header.ts';

/** What an extended header says about the entry that follows it. */
export interface TarMeta {
  readonly path?: string;
  readonly sizeBytes?: number;
}

/** The most bytes of an extended header. No writer needs more: a path has at most 1,024 bytes. */
export const MAX_META_BYTES: number = 64 * 1024;

type Check = (value: string) => boolean;

const isSize: Check = (value) => /^[0-9]{1,15}$/.test(value);
/** GNU tar stops at an owner above 32 bits, and at a time that no `time_t` holds. */
const isOwner: Check = (value) => /^[0-9]{1,10}$/.test(value) && Number(value) < 2 ** 32;
const isTime: Check = (value) => /^-?[0-9]{1,11}(\.[0-9]{0,18})?$/.test(value);
/** node-tar splits a PAX header at its newlines, and would find a record in a value. */
const isLine: Check = (value) => !/[\n\0]/.test(value);
const isBinary: Check = (value) => !value.split('\n').slice(1).some(couldBeRecord);
const couldBeRecord: Check = (line) => line.includes('=') && /[0-9]/.test(line);

/**
 * PAX keys that change nothing of what is listed, but for path and size, and what their values may
 * be: one that some reader cannot parse is refused. A path has rules of its own. GNU.sparse.* and
 * linkpath are not among them.
 */
const KNOWN_KEYS: readonly (readonly [key: RegExp, check: Check])[] = [
  [/^path$/, () => true],
  [/^size$/, isSize],
  [/^[ug]id$/, isOwner],
  [/^[acm]time$/, isTime],
  [/^(comment|[ug]name|RHT\.security\.selinux)$/, isLine],
  [/^(SCHILY\.(dev|ino|nlink|fflags)|LIBARCHIVE\.(creationtime|xattr\..+))$/, isLine],
  [/^SCHILY\.(xattr|acl)\..+$/, isBinary],
];

export function isMeta(header: TarHeader): boolean {
  return header.type === 'x' || header.type === 'g' || header.type === 'L';
}

/**
 * Reads a PAX ('x', 'g') or GNU long name ('L') header.
 * @param data all of it, unless it has more than {@link MAX_META_BYTES}
 * @param pending what an earlier header said about the same entry: readers disagree about
 *   stacked headers, so there may be none
 * @returns what it says about the next entry; `undefined` for a global header
 * @throws KongcrateError ARCHIVE_REFUSED
 */
export function readMeta(
  header: TarHeader,
  data: Buffer,
  pending: TarMeta | undefined,
): TarMeta | undefined {
  if (pending !== undefined)
    throw refuseAt(header.offset, 'META_ORDER', 'two extended headers before one entry');
  if (header.sizeBytes > MAX_META_BYTES)
    throw refuseAt(header.offset, 'META_SIZE', `an extended header has ${header.sizeBytes} bytes`);
  if (header.type === 'L') return { path: readLongName(header, data) };
  const records = readPaxRecords(data, header.offset);
  if (header.type === 'x') return readLocal(header, records);
  checkGlobal(header, records);
  return undefined;
}

function readLongName(header: TarHeader, data: Buffer): string {
  const name = data.at(-1) === 0 ? data.subarray(0, -1) : data;
  return decodeText(name, header.offset);
}

/** GNU tar applies a global path, node-tar does not, tar-stream sometimes: git's comment only. */
function checkGlobal(header: TarHeader, records: ReadonlyMap<string, Buffer>): void {
  for (const [key, value] of records) {
    if (key !== 'comment')
      throw refuseAt(header.offset, 'PAX_KEY', `a global PAX header has the key ${quote(key)}`);
    checkRecord(header, key, value);
  }
}

function readLocal(header: TarHeader, records: ReadonlyMap<string, Buffer>): TarMeta {
  for (const [key, value] of records) checkRecord(header, key, value);
  const path = records.get('path');
  const size = records.get('size');
  return {
    ...(path === undefined ? {} : { path: decodeText(path, header.offset) }),
    ...(size === undefined ? {} : { sizeBytes: Number(size.toString('latin1')) }),
  };
}

function checkRecord(header: TarHeader, key: string, value: Buffer): void {
  const check = KNOWN_KEYS.find(([known]) => known.test(key))?.[1];
  if (check === undefined)
    throw refuseAt(header.offset, 'PAX_KEY', `a PAX header has the key ${quote(key)}`);
  const text = value.toString('latin1');
  if (!check(text))
    throw refuseAt(header.offset, 'PAX_VALUE', `a PAX header has ${quote(`${key}=${text}`)}`);
}
