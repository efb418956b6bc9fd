import type { HostileCase } from '../../support/expect-refused.ts';
import {
  longName,
  paxHeader,
  paxRecord,
  tarEntry,
  tarFile,
  tarOf,
} from '../../support/tar-builder.ts';

export const pax = (records: Readonly<Record<string, string>>): Buffer =>
  tarOf(paxHeader(records), tarFile('x'));
const raw = (data: string | Buffer, type = 'x'): Buffer =>
  tarOf(tarEntry({ name: 'PaxHeader', type, data }), tarFile('x'));

/** A record where node-tar looks for one: behind a newline. */
const record = paxRecord('path', 'kong/plugins/x/hidden.lua');
const hidden = `a\n${record}z`;

export const overrides: readonly HostileCase[] = [
  ['A8 PAX size larger than the header (CVE-2025-62518)', pax({ size: '513' }), 'SIZE_DISAGREES'],
  ['A8 PAX size 0', pax({ size: '0' }), 'SIZE_DISAGREES'],
  [
    'A8 PAX size before a long name',
    tarOf(paxHeader({ size: '1' }), longName('y'), tarFile('x')),
    'META_ORDER',
  ],
  ['A8 size NaN', pax({ size: 'NaN' }), 'PAX_VALUE'],
  ['A8 size -1', pax({ size: '-1' }), 'PAX_VALUE'],
  ['A8 size 1e3', pax({ size: '1e3' }), 'PAX_VALUE'],
  ['A8 size 0x1', pax({ size: '0x1' }), 'PAX_VALUE'],
  ['A8 empty size', pax({ size: '' }), 'PAX_VALUE'],
  ['A8 size over 2^53', pax({ size: '99999999999999999999' }), 'PAX_VALUE'],
  ['A8 mtime that stops a reader', pax({ mtime: 'soon' }), 'PAX_VALUE'],
  ['A8 uid that stops a reader', pax({ uid: '1_0' }), 'PAX_VALUE'],
  ['A8 mtime of 400 digits, where GNU tar fails', pax({ mtime: '9'.repeat(400) }), 'PAX_VALUE'],
  ['A8 mtime of 400 decimals', pax({ mtime: `1.${'9'.repeat(400)}` }), 'PAX_VALUE'],
  ['A8 uid above 32 bits, where GNU tar fails', pax({ uid: '4294967296' }), 'PAX_VALUE'],
  ['A8 gid of 15 digits', pax({ gid: '9'.repeat(15) }), 'PAX_VALUE'],
  ['A8 record in a comment, as node-tar sees it', pax({ comment: hidden }), 'PAX_VALUE'],
  ['A8 record in a user name', pax({ uname: hidden }), 'PAX_VALUE'],
  ['A8 record in flags', pax({ 'SCHILY.fflags': hidden }), 'PAX_VALUE'],
  ['A8 record in an xattr', pax({ 'SCHILY.xattr.user.a': hidden }), 'PAX_VALUE'],
  [
    'A8 record behind blanks in an ACL',
    pax({ 'SCHILY.acl.access': `a\n \t+${record}` }),
    'PAX_VALUE',
  ],
  [
    'A8 record behind a no-break space',
    pax({ 'SCHILY.xattr.user.a': `a\n\u00a030path=${'h'.repeat(20)}` }),
    'PAX_VALUE',
  ],
  ['A8 record in base64', pax({ 'LIBARCHIVE.xattr.user.a': hidden }), 'PAX_VALUE'],
  ['A8 NUL in a comment', pax({ comment: 'a\0b' }), 'PAX_VALUE'],
  ['A8 empty path', pax({ path: '' }), 'PATH_EMPTY'],
  ['A8 NUL in a key, where GNU tar ends it', pax({ 'SCHILY.xattr.a\0b': 'c' }), 'PAX_KEY'],
  ['A8 newline in a key', pax({ 'SCHILY.xattr.a\nb': 'c' }), 'PAX_KEY'],
  ['A8 unknown key', pax({ 'KONG.path': 'y' }), 'PAX_KEY'],
  ['A8 __proto__', pax({ ['__proto__']: 'y' }), 'PAX_KEY'],
  ['A8 character set', pax({ hdrcharset: 'BINARY' }), 'PAX_KEY'],
  ['A8 path that is not UTF-8', raw(Buffer.from('9 path=\xff\n', 'latin1')), 'TEXT_FIELD'],
];

export const records: readonly HostileCase[] = [
  ['A8 duplicate key', raw(paxRecord('path', 'a') + paxRecord('path', 'b')), 'PAX_RECORD'],
  ['A8 empty header, where tar-stream fails', raw(''), 'PAX_RECORD'],
  ['A8 empty global header', raw('', 'g'), 'PAX_RECORD'],
  ['A8 record longer than the data', raw('99 path=a\n'), 'PAX_RECORD'],
  ['A8 record shorter than its text', raw('9 path=abc\n'), 'PAX_RECORD'],
  ['A8 record of length 0', raw('0 path=a\n'), 'PAX_RECORD'],
  ['A8 record with a leading zero', raw('010 path=a\n'), 'PAX_RECORD'],
  ['A8 record with a sign', raw('+10 path=a\n'), 'PAX_RECORD'],
  ['A8 record of huge length', raw('999999999999 path=a\n'), 'PAX_RECORD'],
  ['A8 record without a key', raw('5 =a\n'), 'PAX_RECORD'],
  ['A8 record without =', raw('7 path\n'), 'PAX_RECORD'],
  ['A8 record without a newline', raw('9 path=a '), 'PAX_RECORD'],
  ['A8 = in the next record only', raw(`5 ab\n${paxRecord('path', 'y')}`), 'PAX_RECORD'],
  ['A8 bytes after the records', raw(`${paxRecord('path', 'y')}\0\0`), 'PAX_RECORD'],
  ['A8 100 KiB of records', pax({ comment: 'c'.repeat(100 * 1024) }), 'META_SIZE'],
];

export const globals: readonly HostileCase[] = [
  ['A9 global path', tarOf(paxHeader({ path: 'y' }, 'g'), tarFile('x')), 'PAX_KEY'],
  ['A9 global size', tarOf(paxHeader({ size: '1' }, 'g'), tarFile('x')), 'PAX_KEY'],
  [
    'A9 record in a global comment',
    tarOf(paxHeader({ comment: hidden }, 'g'), tarFile('x')),
    'PAX_VALUE',
  ],
  ['A9 global mtime', tarOf(paxHeader({ mtime: '1' }, 'g'), tarFile('x')), 'PAX_KEY'],
];

export const order: readonly HostileCase[] = [
  [
    'A10 x, x',
    tarOf(paxHeader({ path: 'a' }), paxHeader({ path: 'b' }), tarFile('x')),
    'META_ORDER',
  ],
  ['A10 x, L', tarOf(paxHeader({ path: 'a' }), longName('b'), tarFile('x')), 'META_ORDER'],
  ['A10 L, x', tarOf(longName('b'), paxHeader({ path: 'a' }), tarFile('x')), 'META_ORDER'],
  ['A10 L, L', tarOf(longName('a'), longName('b'), tarFile('x')), 'META_ORDER'],
  [
    'A10 x, g',
    tarOf(paxHeader({ path: 'a' }), paxHeader({ comment: 'c' }, 'g'), tarFile('x')),
    'META_ORDER',
  ],
  ['A10 x at the end', tarOf(tarFile('x'), paxHeader({ path: 'a' })), 'META_ORDER'],
  ['A10 L at the end', tarOf(tarFile('x'), longName('a')), 'META_ORDER'],
  [
    'A10 x without a path, then L',
    tarOf(paxHeader({ mtime: '1' }), longName('a'), tarFile('x')),
    'META_ORDER',
  ],
  [
    'g at the end, where Python fails',
    tarOf(tarFile('x'), paxHeader({ comment: 'c' }, 'g')),
    'META_ORDER',
  ],
  [
    'NUL inside a GNU long name',
    tarOf(tarEntry({ type: 'L', data: 'ok\0/../x\0' }), tarFile('x')),
    'PATH_CHARACTER',
  ],
  ['empty GNU long name', tarOf(tarEntry({ type: 'L' }), tarFile('x')), 'PATH_EMPTY'],
];
