import { describe, expect, it } from 'vitest';
import { scanTar } from '../../src/archive/scan-tar.ts';
import { expectRefused } from '../support/expect-refused.ts';
import { longName, paxHeader, tarEntry, tarFile, tarOf } from '../support/tar-builder.ts';
import { pax, overrides, records, globals, order } from './cases/archive-extended-headers.ts';

describe.each([
  ['PAX values', overrides],
  ['PAX records', records],
  ['global headers', globals],
  ['order of extended headers', order],
])('%s', (_, cases) => {
  it.each(cases)('%s', async (_attack, tar, reason) => {
    await expectRefused(() => scanTar(tar), reason);
  });
});

describe('what proper writers put into extended headers', () => {
  it.each([
    ['GNU tar', { mtime: '1700000000.123456789', atime: '1700000000', ctime: '-1.5' }],
    ['git', { path: 'x' }],
    ['bsdtar', { 'LIBARCHIVE.creationtime': '1700000000', 'SCHILY.fflags': 'nodump' }],
    ['GNU tar --xattrs --selinux', { 'SCHILY.xattr.user.a': 'b', 'RHT.security.selinux': 'c' }],
    ['a binary xattr', { 'SCHILY.xattr.user.a': 'a\0b\nc' }],
    ['an ACL of several lines', { 'SCHILY.acl.access': 'user::rw-\nuser:1000:r--\n' }],
    ['Python', { uid: '123456789', gid: '123456789', uname: 'ä', size: '1' }],
  ])('%s', (_, keys) => {
    expect(scanTar(pax(keys)).map((entry) => entry.path)).toEqual(['x']);
  });

  it('git archive writes the commit as a global comment', () => {
    const tar = tarOf(paxHeader({ comment: 'f'.repeat(40) }, 'g'), tarFile('x'));
    expect(scanTar(tar)).toHaveLength(1);
  });

  it('a GNU long name replaces a header name that was cut inside a character', () => {
    const long = `${'a'.repeat(99)}é/x`;
    const cut = tarEntry({ name: Buffer.from(long).subarray(0, 100), magic: 'ustar  \0' });
    expect(scanTar(tarOf(longName(long), cut))[0]?.path).toBe(long);
  });
});
