import type { Random } from './random.ts';
import {
  fixChecksum,
  longName,
  paxHeader,
  paxRecord,
  tarDirectory,
  tarEntry,
  tarFile,
} from './tar-builder.ts';

const BLOCK_BYTES = 512;

/** Offset and length of a field in a header. */
type Field = readonly [number, number];

/** Mode, owners, size, time, checksum, device numbers, the two times of star. */
const NUMBERS: readonly Field[] = [
  ...fields('100+8 108+8 116+8 124+12 136+12'),
  ...fields('148+8 329+8 337+8 476+12 488+12'),
];
const NUMBER_TEXTS: readonly string[] = [
  ...'0|0000001\0|1 | 1|\0| |-1|+1|0x1|1e1|8|7777777|00000000010|00000001000'.split('|'),
  ...'777777777777|1\x002|1 2|\t1|1\n|\x80\0\0\0\0\0\0\x01|\xff\xff\xff\xff|\x80|\x81\0'.split('|'),
];
/** Name, link name, magic, user, group, prefix; and the type. */
const TEXTS: readonly Field[] = fields('0+100 157+100 257+8 265+32 297+32 345+155 156+1');
const TEXT_TEXTS: readonly string[] = [
  ...'|a|b/|./c|./|.|/|//d|../e|f/../g|h/./i|j//k|l\0m|n |o.| p|q\\r|C:s|t\n|\x7f'.split('|'),
  ...'\xc3\xa9|\xff|.wh.u|ustar\x0000|ustar  \0|ustar\x0001|A|0|1|2|5|7|x|g|L|K|S|D'.split('|'),
  ...['M', 'N', 'V', '\0', 'w'.repeat(100), 'w'.repeat(155)],
];
const PAX_KEYS: readonly string[] = [
  ...'path|size|uid|gid|mtime|atime|ctime|comment|uname|linkpath|hdrcharset|b=c|'.split('|'),
  ...'GNU.sparse.size|GNU.sparse.name|GNU.sparse.map|SCHILY.realsize'.split('|'),
  ...'SCHILY.xattr.user.a|LIBARCHIVE.a|charset'.split('|'),
];
const PAX_VALUES: readonly string[] = [
  ...'|a|kong/z.lua|b/|../c|./d|0|1|7|600|512|-1|1.5|1.|.5|1e3|0x1| 1|1 |e\nf|g=h'.split('|'),
  ...'i\0|BINARY|99999999999999|999999999999999999999|-99999999999|\xe9'.split('|'),
];

/** Entries that are accepted as they are, each with what belongs to it. */
const PIECES: readonly (() => Buffer)[] = [
  () => tarFile('kong/a.lua', 'return 1'),
  () => tarFile('b', 'x'.repeat(600)),
  () => tarFile('c/d', ''),
  () => tarDirectory('kong/'),
  () => tarDirectory('./'),
  () => tarEntry({ name: 'f', data: 'g', prefix: 'kong/plugins' }),
  () => tarEntry({ name: 'h', data: 'i', magic: 'ustar  \0' }),
  () => Buffer.concat([paxHeader({ path: 'kong/ä.lua', mtime: '1.5' }), tarFile('x', 'a')]),
  () => Buffer.concat([paxHeader({ size: '3', uid: '9999999' }), tarFile('y', 'abc')]),
  () => Buffer.concat([longName(`kong/${'n'.repeat(120)}`), tarFile('z', 'a')]),
  () => Buffer.concat([paxHeader({ comment: 'f'.repeat(40) }, 'g'), tarFile('w', 'a')]),
];

/** One entry as a proper writer makes it. */
export function randomPiece(random: Random): Buffer {
  return random.pick(PIECES)();
}

/** A small archive with one to three changes of the kinds that readers have disagreed about. */
export function mutatedTar(random: Random): Buffer {
  const pieces = Array.from({ length: 1 + random.below(4) }, () => randomPiece(random));
  let tar: Buffer = Buffer.concat([...pieces, Buffer.alloc(2 * BLOCK_BYTES)]);
  for (let left = 1 + random.below(3); left > 0 && tar.length > 0; left -= 1)
    tar = random.pick(CHANGES)(tar, random);
  return tar;
}

type Change = (tar: Buffer, random: Random) => Buffer;

const CHANGES: readonly Change[] = [
  flipByte,
  (tar, random) => overwrite(tar, random, random.pick(NUMBERS), random.pick(NUMBER_TEXTS)),
  (tar, random) => overwrite(tar, random, random.pick(TEXTS), random.pick(TEXT_TEXTS)),
  insertPax,
  insertPax,
  moveBlocks,
];

/** One byte anywhere; a header's checksum is made right again. */
function flipByte(tar: Buffer, random: Random): Buffer {
  const offset = random.below(tar.length);
  tar[offset] = (tar[offset] ?? 0) ^ (1 + random.below(255));
  repairChecksum(tar, offset - (offset % BLOCK_BYTES));
  return tar;
}

function overwrite(tar: Buffer, random: Random, [offset, length]: Field, text: string): Buffer {
  const block = random.pick(headersOf(tar));
  const field = Buffer.from(text.slice(0, length), 'latin1');
  tar.fill(0, block + offset, block + offset + (random.chance(0.5) ? length : field.length));
  field.copy(tar, block + offset);
  if (offset !== 148) repairChecksum(tar, block);
  return tar;
}

function insertPax(tar: Buffer, random: Random): Buffer {
  const record = (): string => {
    const text = paxRecord(random.pick(PAX_KEYS), random.pick(PAX_VALUES));
    if (random.chance(0.8)) return text;
    return text.replace(/^\d+/, (digits) => `${Number(digits) + random.below(5) - 2}`);
  };
  const data = Array.from({ length: 1 + random.below(3) }, record).join('');
  const type = random.pick(['x', 'x', 'x', 'g', 'L']);
  const at = random.pick(headersOf(tar));
  const header = tarEntry({ name: 'PaxHeader', type, data });
  return Buffer.concat([tar.subarray(0, at), header, tar.subarray(at)]);
}

/** Takes blocks out, doubles them, puts zeros between, or cuts the end off. */
function moveBlocks(tar: Buffer, random: Random): Buffer {
  const blocks = tar.length / BLOCK_BYTES;
  const at = random.below(blocks) * BLOCK_BYTES;
  const end = at + (1 + random.below(2)) * BLOCK_BYTES;
  const [before, middle, after] = [tar.subarray(0, at), tar.subarray(at, end), tar.subarray(end)];
  const zeros = Buffer.alloc(middle.length);
  return Buffer.concat(
    random.pick([
      [before, after],
      [before, middle, middle, after],
      [before, zeros, middle, after],
      [after, before],
      [before, middle],
      [tar, zeros],
      [tar, tar],
    ]),
  );
}

/** Where blocks stand that look like headers; at least the first. */
function headersOf(tar: Buffer): readonly number[] {
  const found: number[] = [];
  for (let block = BLOCK_BYTES; block < tar.length; block += BLOCK_BYTES)
    if (isHeader(tar, block)) found.push(block);
  return [0, ...found];
}

function isHeader(tar: Buffer, block: number): boolean {
  return tar.toString('latin1', block + 257, block + 262) === 'ustar';
}

function repairChecksum(tar: Buffer, block: number): void {
  if (isHeader(tar, block)) fixChecksum(tar, block);
}

function fields(text: string): readonly Field[] {
  return text.split(' ').map((field): Field => {
    const [offset = 0, length = 0] = field.split('+').map(Number);
    return [offset, length];
  });
}
