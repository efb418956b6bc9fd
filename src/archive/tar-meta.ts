import { quote } from './archive-refused.ts';
import { readPaxRecords } from './pax-records.ts';
import { decodeText, refuseAt, type TarHeader } from './tar-header.ts';

/** What an extended header says about the entry that follows it. */
export interface TarMeta {
  readonly path?: string;
  readonly sizeBytes?: number;
}

/** No writer needs more: a path has at most 1,024 bytes. */
const MAX_META_BYTES = 64 * 1024;

/** A path has rules of its own. */
const ANYTHING = /^/;
const DECIMAL = /^[0-9]{1,15}$/;
const TIME = /^-?[0-9]+(\.[0-9]*)?$/;

/** PAX keys whose values readers parse; a value that one of them cannot parse is refused. */
const PARSED_KEYS: ReadonlyMap<string, RegExp> = new Map([
  ['path', ANYTHING],
  ['size', DECIMAL],
  ['uid', DECIMAL],
  ['gid', DECIMAL],
  ['mtime', TIME],
  ['atime', TIME],
  ['ctime', TIME],
]);

/** PAX keys that no reader uses for what is listed; GNU.sparse.* and linkpath are not among them. */
const IGNORED_KEY =
  /^(comment|uname|gname|SCHILY\.(dev|ino|nlink|fflags|(xattr|acl)\..+)|LIBARCHIVE\.(creationtime|xattr\..+)|RHT\.security\.selinux)$/;

export function isMeta(header: TarHeader): boolean {
  return header.type === 'x' || header.type === 'g' || header.type === 'L';
}

/**
 * Reads a PAX ('x', 'g') or GNU long name ('L') header.
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
  if (data.length > MAX_META_BYTES)
    throw refuseAt(header.offset, 'META_SIZE', `an extended header has ${data.length} bytes`);
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
  for (const key of records.keys())
    if (key !== 'comment')
      throw refuseAt(header.offset, 'PAX_KEY', `a global PAX header has the key ${quote(key)}`);
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
  if (IGNORED_KEY.test(key)) return;
  const pattern = PARSED_KEYS.get(key);
  if (pattern === undefined)
    throw refuseAt(header.offset, 'PAX_KEY', `a PAX header has the key ${quote(key)}`);
  const text = value.toString('latin1');
  if (!pattern.test(text))
    throw refuseAt(header.offset, 'PAX_VALUE', `a PAX header has ${quote(`${key}=${text}`)}`);
}
