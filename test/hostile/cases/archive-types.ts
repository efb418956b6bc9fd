import type { HostileCase } from '../../support/expect-refused.ts';
import { paxHeader, tarDirectory, tarEntry, tarFile, tarOf } from '../../support/tar-builder.ts';

const symlink = (name: string, linkName: string): Buffer => tarEntry({ name, type: '2', linkName });
const hardLink = (name: string, linkName: string): Buffer =>
  tarEntry({ name, type: '1', linkName });
export const file = (mode: string): Buffer => tarOf(tarEntry({ name: 'x', mode }));

export const links: readonly HostileCase[] = [
  [
    'A2 write through an absolute symlink',
    tarOf(symlink('out', '/etc'), tarFile('out/x')),
    'ENTRY_TYPE',
  ],
  [
    'A2 write through a relative symlink',
    tarOf(symlink('out', '../..'), tarFile('out/x')),
    'ENTRY_TYPE',
  ],
  [
    'A2 chained symlinks',
    tarOf(symlink('a', 'b'), symlink('b', '..'), tarFile('a/x')),
    'ENTRY_TYPE',
  ],
  [
    'A2 directory replaced by a symlink',
    tarOf(tarDirectory('d/'), symlink('d', '/etc'), tarFile('d/x')),
    'ENTRY_TYPE',
  ],
  ['A2 harmless symlink', tarOf(tarFile('a'), symlink('b', 'a')), 'ENTRY_TYPE'],
  ['A3 absolute hard link', tarOf(hardLink('x', '/etc/shadow')), 'ENTRY_TYPE'],
  ['A3 relative hard link', tarOf(hardLink('x', '../../x')), 'ENTRY_TYPE'],
  [
    'A3 hard link through a symlink',
    tarOf(symlink('l', '/etc'), hardLink('x', 'l/shadow')),
    'ENTRY_TYPE',
  ],
  ['A3 hard link to itself', tarOf(hardLink('x', 'x')), 'ENTRY_TYPE'],
  ['link name on a file', tarOf(tarEntry({ linkName: '/etc/passwd' })), 'TEXT_FIELD'],
  ['PAX link path', tarOf(paxHeader({ linkpath: '/etc' }), tarFile('x')), 'PAX_KEY'],
  ['GNU long link', tarOf(tarEntry({ type: 'K', data: '/etc\0' }), tarFile('x')), 'ENTRY_TYPE'],
];

export const types: readonly HostileCase[] = [
  ...['3', '4', '6', '7', '8', 'A', 'D', 'M', 'N', 'V', 'X', 'Z', 's', 'é', ' '].map(
    (type): HostileCase => [
      `A5 type ${JSON.stringify(type)}`,
      tarOf(tarEntry({ type })),
      'ENTRY_TYPE',
    ],
  ),
  ['A5 NUL type', tarOf(tarEntry({ type: '\0' })), 'ENTRY_TYPE'],
  ['A7 GNU sparse type', tarOf(tarEntry({ type: 'S', magic: 'ustar  \0' })), 'ENTRY_TYPE'],
  [
    'A7 GNU sparse in PAX',
    tarOf(paxHeader({ 'GNU.sparse.major': '1', 'GNU.sparse.realsize': '99' }), tarFile('x')),
    'PAX_KEY',
  ],
  [
    'A7 star sparse in PAX',
    tarOf(paxHeader({ 'SCHILY.realsize': '99999999999' }), tarFile('x')),
    'PAX_KEY',
  ],
];

export const modes: readonly HostileCase[] = [
  ['A6 setuid file', file('0004755\0'), 'MODE'],
  ['A6 setgid file', file('0002755\0'), 'MODE'],
  ['A6 sticky file', file('0001644\0'), 'MODE'],
];
