import type { HostileCase } from '../../support/expect-refused.ts';
import { tarEntry, tarFile, tarOf } from '../../support/tar-builder.ts';

export const one: Buffer = tarFile('x');
export const zeros = (blocks: number): Buffer => Buffer.alloc(512 * blocks);
const sized = (size: string | Buffer): Buffer => tarOf(tarEntry({ size, data: 'x' }));
const base256 = (hex: string): Buffer => Buffer.from(hex.padStart(24, '0'), 'hex');

function patched(offset: number, byte: number): Buffer {
  const tar = tarOf(tarFile('x', 'data'));
  tar[offset] = byte;
  return tar;
}

/** What old tars wrote: `é` counts as two negative numbers. */
function signedChecksum(): Buffer {
  const tar = tarOf(tarEntry({ name: 'é' }));
  const sum = parseInt(tar.toString('latin1', 148, 154), 8) - 2 * 256;
  return tarOf(tarEntry({ name: 'é', checksum: `${sum.toString(8).padStart(6, '0')}\0 ` }));
}

export const ends: readonly HostileCase[] = [
  ['A17 empty', Buffer.alloc(0), 'NO_END'],
  ['A17 no end mark', one, 'NO_END'],
  ['A17 one zero block', Buffer.concat([one, zeros(1)]), 'NO_END'],
  ['A17 file after the end mark', Buffer.concat([tarOf(one), tarFile('hidden')]), 'AFTER_END'],
  ['A17 file after one zero block', Buffer.concat([one, zeros(1), one, zeros(2)]), 'AFTER_END'],
  ['A17 archive after an archive', Buffer.concat([tarOf(one), tarOf(one)]), 'AFTER_END'],
  ['A17 byte after the end mark', patched(512 * 4 - 1, 1), 'AFTER_END'],
  ['A17 cut inside a header', one.subarray(0, 300), 'UNALIGNED'],
  [
    'A17 cut inside the data',
    Buffer.concat([tarFile('x', 'd'.repeat(2000))]).subarray(0, 1024),
    'TRUNCATED',
  ],
  ['A17 cut before the data', one.subarray(0, 512), 'TRUNCATED'],
  ['A17 odd length', Buffer.concat([tarOf(one), Buffer.alloc(7)]), 'UNALIGNED'],
  ['A17 non-zero padding', patched(512 + 4, 1), 'PADDING'],
];

export const numbers: readonly HostileCase[] = [
  ['A18 base-256 size -1', sized(Buffer.alloc(12, 0xff)), 'NUMBER'],
  ['A18 base-256 size 1', sized(base256('800000000000000000000001')), 'NUMBER'],
  ['A18 base-256 size 2^60', sized(base256('800000001000000000000000')), 'NUMBER'],
  ['A18 octal size of 8 GiB - 1', sized('77777777777\0'), 'TRUNCATED'],
  ['A18 size -1 in octal', sized('-0000000001\0'), 'NUMBER'],
  ['A18 size with a digit 9', sized('00000000009\0'), 'NUMBER'],
  ['A18 size in hexadecimal', sized('0x000000001\0'), 'NUMBER'],
  ['A18 size with an underscore', sized('0000000_001\0'), 'NUMBER'],
  ['A18 digits after a NUL', sized('1\x00000000001'), 'NUMBER'],
  ['A18 digits after a space', sized('1 0000000000'), 'NUMBER'],
  ['A18 leading NUL', sized('\x000000000001'), 'NUMBER'],
  ['A18 empty size', sized(Buffer.alloc(12)), 'NUMBER'],
  ['A18 blank size', sized(' '.repeat(12)), 'NUMBER'],
  [
    'A18 base-256 owner above 32 bits, where GNU tar fails',
    tarOf(tarEntry({ uid: Buffer.from('8000000100000000', 'hex') })),
    'NUMBER',
  ],
  [
    'A18 negative base-256 owner, where GNU tar fails',
    tarOf(tarEntry({ uid: Buffer.alloc(8, 0xff) })),
    'NUMBER',
  ],
  [
    'A18 base-256 time, whose entry node-tar drops',
    tarOf(tarEntry({ mtime: base256('800000000000000000000001') })),
    'NUMBER',
  ],
  ['A18 owner that stops Python', tarOf(tarEntry({ uid: 'nobody\0\0' })), 'NUMBER'],
  ['A18 time that stops Python', tarOf(tarEntry({ mtime: 'yesterday\0\0\0' })), 'NUMBER'],
];

export const headers: readonly HostileCase[] = [
  [
    'A18 directory with data (hangs tar-stream)',
    tarOf(tarEntry({ name: 'd/', type: '5', data: 'd'.repeat(512) })),
    'DIRECTORY_SIZE',
  ],
  [
    'A18 directory with a size only',
    tarOf(tarEntry({ type: '5', size: '00000000001\0' })),
    'DIRECTORY_SIZE',
  ],
  ['A18 wrong checksum', tarOf(tarEntry({ checksum: '000001\0 ' })), 'CHECKSUM'],
  ['A18 checksum of signed bytes', signedChecksum(), 'CHECKSUM'],
  ['A18 checksum as base-256', tarOf(tarEntry({ checksum: '\u0080' })), 'NUMBER'],
  ['A18 v7 header', tarOf(tarEntry({ magic: '\0'.repeat(8) })), 'FORMAT'],
  ['A18 unknown version', tarOf(tarEntry({ magic: 'ustar\x0001' })), 'FORMAT'],
  ['text', Buffer.alloc(1024, 'return {}\n'), 'FORMAT'],
  [
    'prefix in a GNU header, which Python applies and GNU tar does not',
    tarOf(tarEntry({ magic: 'ustar  \0', prefix: 'a' })),
    'TEXT_FIELD',
  ],
  [
    'the mark of star, which reads a shorter prefix',
    tarOf(
      tarEntry({ name: 'x', prefix: `${'p'.repeat(131)}${'0'.repeat(24)}\0\0\0\0\0\0\0\0tar\0` }),
    ),
    'FORMAT',
  ],
  [
    'something else than star times behind a prefix',
    tarOf(tarEntry({ prefix: Buffer.from(`a${'\0'.repeat(130)}../../x`) })),
    'NUMBER',
  ],
];
