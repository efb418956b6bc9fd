import { deflateRawSync } from 'node:zlib';
import type { HostileCase } from '../../support/expect-refused.ts';
import { dataDescriptor, extraField, zipOf, type ZipFields } from '../../support/zip-builder.ts';

const good: ZipFields = { name: 'a.lua' };
const one = (fields: Partial<ZipFields>): Buffer => zipOf([{ ...good, ...fields }]);
const named = (name: string | Buffer): Buffer => zipOf([{ name }]);
const both = (first: string, second: string): Buffer => zipOf([{ name: first }, { name: second }]);
const directory = (name: string): ZipFields => ({
  name,
  data: '',
  method: 0,
  mode: 0o040755,
});
const zeros = 2 ** 20;

export const paths: readonly HostileCase[] = [
  ['A1 ../x', named('../x'), 'PATH_SEGMENT'],
  ['A1 lua/../../x', named('lua/../../x'), 'PATH_SEGMENT'],
  ['A1 /abs', named('/abs'), 'PATH_ABSOLUTE'],
  ['A1 C:/x', named('C:/x'), 'PATH_CHARACTER'],
  ['A1 ..\\x', named('..\\x'), 'PATH_CHARACTER'],
  ['a NUL in a name', named('ok.lua\0/../../x'), 'PATH_CHARACTER'],
  ['an empty name', named(''), 'PATH_EMPTY'],
  [
    'a name that is not UTF-8',
    zipOf([{ name: Buffer.from([0xff]), flags: 1 << 11 }]),
    'TEXT_FIELD',
  ],
  ['a name in an unknown code page', named('é.lua'), 'TEXT_FIELD'],
  ['A11 the same name twice', both('a.lua', 'a.lua'), 'DUPLICATE'],
  ['A11 a file as a directory', both('a', 'a/b'), 'FILE_AS_DIRECTORY'],
  ['A12 names that differ in case', both('a.lua', 'A.lua'), 'COLLISION'],
  ['A12 directories that differ in case', both('lua/a', 'Lua/b'), 'COLLISION'],
];

export const types: readonly HostileCase[] = [
  ['A2 a symbolic link', one({ mode: 0o120777, data: '/etc/passwd' }), 'ENTRY_TYPE'],
  ['A5 a FIFO', one({ mode: 0o010644 }), 'ENTRY_TYPE'],
  ['A5 a device', one({ mode: 0o020644 }), 'ENTRY_TYPE'],
  ['a file that says it is a directory', one({ mode: 0o040755 }), 'ENTRY_TYPE'],
  ['a directory that says it is a file', zipOf([{ name: 'a/', mode: 0o100644 }]), 'ENTRY_TYPE'],
  ['a directory with data', zipOf([{ ...directory('a/'), data: 'x' }]), 'DIRECTORY_SIZE'],
  ['A6 setuid', one({ mode: 0o104755 }), 'MODE'],
  ['nothing but directories', zipOf([directory('a/')]), 'EMPTY'],
  ['no entries', zipOf([]), 'EMPTY'],
];

export const bombs: readonly HostileCase[] = [
  ['A15 says more than the limit', one({ sizeBytes: 2 ** 31 }), 'TOO_LARGE'],
  ['A15 the sum is more than the limit', twoGigabytes(), 'TOO_LARGE'],
  ['A15 holds more than it says', one({ data: Buffer.alloc(zeros), sizeBytes: 1 }), 'ZIP_DATA'],
  ['A15 holds less than it says', one({ sizeBytes: zeros }), 'SIZE_DISAGREES'],
  ['A15 entries that overlap', overlapping(), 'ZIP_LAYOUT'],
  [
    'A15 two names for one entry',
    zipOf([good, { ...good, name: 'b.lua', localOffset: 0 }]),
    'ZIP_LAYOUT',
  ],
];

export const headers: readonly HostileCase[] = [
  ['the local name differs', one({ local: { name: 'b.lua' } }), 'SIZE_DISAGREES'],
  ['the local size differs', one({ local: { sizeBytes: 2 } }), 'SIZE_DISAGREES'],
  [
    'the local method differs',
    one({ local: { method: 0, packed: deflateRawSync('x') } }),
    'SIZE_DISAGREES',
  ],
  ['the local CRC differs', one({ local: { crc: 1 } }), 'SIZE_DISAGREES'],
  ['A16 a wrong CRC', one({ crc: 1 }), 'ZIP_CHECKSUM'],
  ['A16 damaged data', one({ packed: Buffer.from('ffff', 'hex') }), 'ZIP_DATA'],
  [
    'A16 data behind the data',
    one({ packed: Buffer.concat([deflateRawSync('x'), Buffer.alloc(3)]) }),
    'ZIP_DATA',
  ],
  ['an encrypted entry', one({ flags: 1 }), 'ZIP_FLAGS'],
  ['a streamed entry', one({ flags: 8 }), 'ZIP_FLAGS'],
  ['a masked directory', one({ flags: 1 << 13 }), 'ZIP_FLAGS'],
  ['bzip2', one({ method: 12 }), 'ZIP_METHOD'],
  [
    'a second name in an extra field',
    one({ extra: extraField(0x7075, Buffer.alloc(6)) }),
    'ZIP_EXTRA_FIELD',
  ],
  ['zip64 sizes', one({ extra: extraField(1, Buffer.alloc(16)) }), 'ZIP_EXTRA_FIELD'],
  [
    'a second name in the local header',
    one({ local: { extra: extraField(0x7075, Buffer.alloc(6)) } }),
    'ZIP_EXTRA_FIELD',
  ],
  ['half an extra field', one({ extra: Buffer.from([0x55, 0x54, 9]) }), 'ZIP_EXTRA_FIELD'],
  ['a comment of an entry', one({ comment: 'x' }), 'ZIP_LAYOUT'],
  ['another disk', one({ disk: 1 }), 'ZIP_LAYOUT'],
  ['a descriptor that says something else', one({ behind: dataDescriptor('x', 2) }), 'ZIP_LAYOUT'],
];

export const layouts: readonly HostileCase[] = [
  ['A16 data before the first entry', zipOf([good], { before: Buffer.from('#!') }), 'ZIP_LAYOUT'],
  ['A17 data behind the end', zipOf([good], { after: Buffer.from('x') }), 'NO_END'],
  ['a comment', zipOf([good], { comment: 'x' }), 'NO_END'],
  [
    'a zip in the comment',
    zipOf([good], { comment: zipOf([good]).toString('latin1') }),
    'ZIP_LAYOUT',
  ],
  ['data before the directory', zipOf([good], { beforeDirectory: Buffer.from('x') }), 'ZIP_LAYOUT'],
  ['data behind the directory', zipOf([good], { beforeEnd: Buffer.from('x') }), 'ZIP_LAYOUT'],
  ['an entry that the directory does not have', hidden(), 'ZIP_LAYOUT'],
  [
    'fewer entries than the directory has',
    zipOf([good, { name: 'b' }], { count: 1 }),
    'ZIP_LAYOUT',
  ],
  ['more entries than the directory has', zipOf([good], { count: 2 }), 'ZIP_LAYOUT'],
  ['A14 more entries than the limit', zipOf([good], { count: 60_000 }), 'TOO_MANY_ENTRIES'],
  ['two counts', zipOf([good], { countHere: 0 }), 'ZIP_LAYOUT'],
  ['a part of several', zipOf([good], { disk: 1 }), 'ZIP_LAYOUT'],
  [
    'a zip64 locator',
    zipOf([good], { beforeEnd: Buffer.from('504b0607'.padEnd(40, '0'), 'hex') }),
    'ZIP64',
  ],
  ['A17 cut off', zipOf([good]).subarray(0, -1), 'NO_END'],
  ['the first bytes alone', zipOf([good]).subarray(0, 4), 'NO_END'],
  ['an entry that goes on in the directory', one({ packedBytes: 1_000 }), 'TRUNCATED'],
];

function twoGigabytes(): Buffer {
  const large = { data: '', sizeBytes: 2 ** 27, method: 8 };
  return zipOf(['a', 'b', 'c'].map((name) => ({ ...large, name })));
}

/** The quoted overlap: the data of the first entry is the second, header and all. */
function overlapping(): Buffer {
  const inner = zipOf([{ name: 'b' }]).subarray(0, -22 - 47);
  return zipOf([
    { name: 'a', method: 0, data: inner },
    { name: 'b', localOffset: 31 },
  ]);
}

/** Two entries, of which the directory lists the second. */
function hidden(): Buffer {
  const first = zipOf([good]).subarray(0, 30 + 5 + 3);
  return zipOf([{ name: 'b', localOffset: first.length }], {
    before: first,
    directoryOffset: first.length + 30 + 1 + 3,
  });
}
