import { describe, expect, it } from 'vitest';
import { scanTar } from '../../src/archive/scan-tar.ts';
import { expectRefused } from '../support/expect-refused.ts';
import { tarEntry, tarOf } from '../support/tar-builder.ts';
import { file, links, types, modes } from './cases/archive-types.ts';

describe.each([
  ['links', links],
  ['types', types],
  ['modes', modes],
])('%s', (_, cases) => {
  it.each(cases)('%s', async (_attack, tar, reason) => {
    await expectRefused(() => scanTar(tar), reason);
  });
});

describe('modes that are read and never applied', () => {
  it.each([
    ['group-writable file', file('0000664\0')],
    ['file with its type in the mode', file('0100644\0')],
    ['mode padded with spaces', file('   644 \0')],
    ['setgid directory', tarOf(tarEntry({ name: 'd/', type: '5', mode: '0002775\0' }))],
    ['sticky directory', tarOf(tarEntry({ name: 'd/', type: '5', mode: '0001777\0' }))],
    [
      'owner as base-256, as GNU tar writes large ones',
      tarOf(tarEntry({ uid: Buffer.from('8000000000ffffff', 'hex') })),
    ],
    ['no owner, as node-tar writes it', tarOf(tarEntry({ uid: Buffer.alloc(8) }))],
  ])('%s', (_, tar) => {
    expect(scanTar(tar)).toHaveLength(1);
  });
});
