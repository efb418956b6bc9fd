import { quote } from './archive-refused.ts';
import { decodeText, refuseAt } from './tar-header.ts';

const SPACE = 0x20;
const NEWLINE = 0x0a;
/** GNU tar ends a key at a NUL. */
const CONTROL = /\p{Cc}/u;
/** Enough for the largest extended header that is read. */
const MAX_LENGTH_DIGITS = 5;

/**
 * Reads the records `LENGTH KEY=VALUE\n` of a PAX header (POSIX.1-2001, "pax Extended Header").
 * LENGTH counts the whole record; readers that trust it differently list different files
 * (CVE-2025-62518), so every byte must belong to exactly one well-formed record. There must be one:
 * tar-stream takes the next header for the data of an empty PAX header.
 * @param offset of the header in the tar, for messages
 * @throws KongcrateError ARCHIVE_REFUSED
 */
export function readPaxRecords(data: Buffer, offset: number): ReadonlyMap<string, Buffer> {
  if (data.length === 0) throw refuseAt(offset, 'PAX_RECORD', 'a PAX header is empty');
  const records = new Map<string, Buffer>();
  for (let start = 0; start < data.length;) {
    const end = start + readLength(data, start, offset);
    const separator = data.indexOf('=', start);
    if (end > data.length || data[end - 1] !== NEWLINE || separator < 0 || separator >= end)
      throw refuseAt(offset, 'PAX_RECORD', `a PAX record has a wrong length at its byte ${start}`);
    const key = decodeText(data.subarray(data.indexOf(SPACE, start) + 1, separator), offset);
    if (key === '' || records.has(key))
      throw refuseAt(offset, 'PAX_RECORD', `a PAX header has the key ${quote(key)} twice or empty`);
    if (CONTROL.test(key))
      throw refuseAt(offset, 'PAX_KEY', `a PAX header has the key ${quote(key)}`);
    records.set(key, data.subarray(separator + 1, end - 1));
    start = end;
  }
  return records;
}

function readLength(data: Buffer, start: number, offset: number): number {
  const head = data.toString('latin1', start, start + MAX_LENGTH_DIGITS + 1);
  const digits = /^([1-9][0-9]*) /.exec(head)?.[1];
  if (digits === undefined)
    throw refuseAt(offset, 'PAX_RECORD', `a PAX record starts with ${quote(head)}`);
  return Number(digits);
}
