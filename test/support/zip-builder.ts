import { crc32, deflateRawSync } from 'node:zlib';

/** Crafts zips field by field, so that tests can make what no proper writer would. */
export interface ZipFields {
  readonly name: string | Buffer;
  readonly data?: string | Buffer;
  /** As it is written; by default 8, and `data` deflated. */
  readonly method?: number;
  readonly packed?: Buffer;
  readonly flags?: number;
  readonly crc?: number;
  readonly packedBytes?: number;
  readonly sizeBytes?: number;
  /** File type and permissions as Unix has them. */
  readonly mode?: number;
  readonly extra?: Buffer;
  readonly comment?: string;
  readonly disk?: number;
  /** Written behind the data, such as a data descriptor. */
  readonly behind?: Buffer;
  /** Where the central directory says that the entry begins. */
  readonly localOffset?: number;
  /** Fields that the local header has otherwise. */
  readonly local?: Partial<ZipFields>;
}

/** Fields of the end record, and bytes around the parts. */
export interface ZipEnds {
  readonly before?: Buffer;
  readonly beforeDirectory?: Buffer;
  readonly beforeEnd?: Buffer;
  readonly after?: Buffer;
  readonly comment?: string;
  readonly count?: number;
  readonly countHere?: number;
  readonly disk?: number;
  readonly directoryBytes?: number;
  readonly directoryOffset?: number;
}

const numbers = (...fields: readonly (readonly [value: number, bytes: number])[]): Buffer =>
  Buffer.concat(
    fields.map(([value, bytes]) => {
      const field = Buffer.alloc(4);
      field.writeUInt32LE(value);
      return field.subarray(0, bytes);
    }),
  );

function packedOf({ data = 'x', method = 8, packed }: ZipFields): Buffer {
  return packed ?? (method === 8 ? deflateRawSync(data) : Buffer.from(data));
}

/** What both headers have: version, flags, method, time, CRC, sizes, lengths. */
function shared(fields: ZipFields): Buffer {
  const data = Buffer.from(fields.data ?? 'x');
  return numbers(
    [20, 2],
    [fields.flags ?? 0, 2],
    [fields.method ?? 8, 2],
    [0, 2],
    [33, 2],
    [fields.crc ?? crc32(data), 4],
    [fields.packedBytes ?? packedOf(fields).length, 4],
    [fields.sizeBytes ?? data.length, 4],
    [Buffer.from(fields.name).length, 2],
    [fields.extra?.length ?? 0, 2],
  );
}

function local(fields: ZipFields): Buffer {
  const { name, extra = Buffer.alloc(0), behind = Buffer.alloc(0) } = fields;
  const head = [numbers([0x04034b50, 4]), shared(fields), Buffer.from(name), extra];
  return Buffer.concat([...head, packedOf(fields), behind]);
}

function central(fields: ZipFields, offset: number): Buffer {
  const { name, extra = Buffer.alloc(0), comment = '', disk = 0, mode = 0o100644 } = fields;
  const rest = numbers(
    [comment.length, 2],
    [disk, 2],
    [0, 2],
    [0, 2],
    [mode, 2],
    [fields.localOffset ?? offset, 4],
  );
  const head = [numbers([0x02014b50, 4], [0x0314, 2]), shared(fields), rest];
  return Buffer.concat([...head, Buffer.from(name), extra, Buffer.from(comment)]);
}

/** A zip of entries, whose fields are right unless told. */
export function zipOf(entries: readonly ZipFields[], ends: ZipEnds = {}): Buffer {
  const before = ends.before ?? Buffer.alloc(0);
  const locals = entries.map((entry) => local({ ...entry, ...entry.local }));
  let offset = 0;
  const centrals = entries.map((entry, index) => {
    const record = central(entry, offset);
    offset += locals[index]?.length ?? 0;
    return record;
  });
  const directory = Buffer.concat(centrals);
  const startOffset = offset + (ends.beforeDirectory?.length ?? 0);
  const { count = entries.length, comment = '', disk = 0 } = ends;
  const end = numbers(
    [0x06054b50, 4],
    [disk, 2],
    [0, 2],
    [ends.countHere ?? count, 2],
    [count, 2],
    [ends.directoryBytes ?? directory.length, 4],
    [ends.directoryOffset ?? startOffset, 4],
    [comment.length, 2],
  );
  const between = [ends.beforeDirectory ?? '', directory, ends.beforeEnd ?? '', end, comment];
  const parts = [before, ...locals, ...between, ends.after ?? ''];
  return Buffer.concat(parts.map((part) => Buffer.from(part)));
}

/** A data descriptor as LuaRocks writes it (tools/zip.lua). */
export function dataDescriptor(data: string, sizeBytes: number = data.length): Buffer {
  return numbers(
    [0x08074b50, 4],
    [crc32(data), 4],
    [deflateRawSync(data).length, 4],
    [sizeBytes, 4],
  );
}

/** An extra field. */
export function extraField(id: number, data: Buffer): Buffer {
  return Buffer.concat([numbers([id, 2], [data.length, 2]), data]);
}
