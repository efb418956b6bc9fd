/** Crafts tar headers field by field, so that tests can make what no proper writer would. */
export interface HeaderFields {
  readonly name?: string | Buffer;
  readonly type?: string;
  readonly data?: string | Buffer;
  /** The field as it is written; by default the length of `data` in octal. */
  readonly size?: string | Buffer;
  readonly mode?: string;
  readonly uid?: string | Buffer;
  readonly mtime?: string | Buffer;
  readonly linkName?: string;
  readonly magic?: string;
  readonly prefix?: string | Buffer;
  /** By default the right one. */
  readonly checksum?: string;
}

const BLOCK_BYTES = 512;

/** One header block with its data and padding. */
export function tarEntry(fields: HeaderFields): Buffer {
  const data = Buffer.from(fields.data ?? '');
  const padding = Buffer.alloc((BLOCK_BYTES - (data.length % BLOCK_BYTES)) % BLOCK_BYTES);
  return Buffer.concat([tarHeader({ ...fields, data }), data, padding]);
}

/** A regular file with harmless fields. */
export function tarFile(name: string, data = 'x'): Buffer {
  return tarEntry({ name, data });
}

export function tarDirectory(name: string): Buffer {
  return tarEntry({ name, type: '5', mode: '0000755\0' });
}

/** A PAX header with well-formed records. */
export function paxHeader(records: Readonly<Record<string, string>>, type = 'x'): Buffer {
  const data = Object.entries(records)
    .map(([key, value]) => paxRecord(key, value))
    .join('');
  return tarEntry({ name: 'PaxHeader', type, data });
}

export function paxRecord(key: string, value: string): string {
  const body = ` ${key}=${value}\n`;
  const bodyBytes = Buffer.byteLength(body);
  let length = bodyBytes + 1;
  while (String(length).length + bodyBytes !== length) length++;
  return `${length}${body}`;
}

/** A GNU header that carries the name of the next entry. */
export function longName(name: string): Buffer {
  return tarEntry({ name: '././@LongLink', type: 'L', data: `${name}\0`, magic: 'ustar  \0' });
}

/** Entries with the end-of-archive mark. */
export function tarOf(...entries: readonly Buffer[]): Buffer {
  return Buffer.concat([...entries, Buffer.alloc(2 * BLOCK_BYTES)]);
}

/** Writes the right checksum into the header block at `offset`. */
export function fixChecksum(tar: Buffer, offset: number): void {
  const block = tar.subarray(offset, offset + BLOCK_BYTES);
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
}

function tarHeader(fields: HeaderFields): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  const size = Buffer.byteLength(fields.data ?? '')
    .toString(8)
    .padStart(11, '0');
  const put = (value: string | Buffer, offset: number): void => {
    Buffer.from(value).copy(block, offset);
  };
  put(fields.name ?? 'file', 0);
  put(fields.mode ?? '0000644\0', 100);
  put(fields.uid ?? '0000000\0', 108);
  put('0000000\0', 116);
  put(fields.size ?? `${size}\0`, 124);
  put(fields.mtime ?? '00000000000\0', 136);
  put(fields.type ?? '0', 156);
  put(fields.linkName ?? '', 157);
  put(fields.magic ?? 'ustar\x0000', 257);
  put(fields.prefix ?? '', 345);
  fixChecksum(block, 0);
  if (fields.checksum !== undefined) put(fields.checksum, 148);
  return block;
}
