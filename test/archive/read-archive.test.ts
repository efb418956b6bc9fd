import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { wholeOf } from '../../src/content/byte-source.ts';
import { digestOf } from '../../src/reference/digest.ts';
import { readArchiveBothWays } from '../support/both-ways.ts';
import { expectRefused } from '../support/expect-refused.ts';
import { tarDirectory, tarEntry, tarFile, tarOf } from '../support/tar-builder.ts';

const tar = tarOf(
  tarDirectory('./'),
  tarDirectory('./kong/'),
  tarFile('./kong/b.lua', 'return 1'),
  tarFile('./kong/a.lua', ''),
);
const wrap = (name: string, data: Buffer): Buffer => tarOf(tarEntry({ name, data }));

describe('readArchive', () => {
  it.each([
    ['a plain tar', tar],
    ['a tar.gz', gzipSync(tar)],
    ['a tar in a tar', wrap('my-plugin.tar', tar)],
    ['a tar.gz in a tar, as in the classic ten steps', wrap('my-plugin.tar.gz', gzipSync(tar))],
    ['a tar.gz in a tgz in a tar', wrap('b.tgz', gzipSync(wrap('a.tar.gz', gzipSync(tar))))],
  ])('reads %s', async (_, bytes) => {
    const plan = await readArchiveBothWays(bytes);
    expect(plan.files.map((file) => file.path)).toEqual(['kong/b.lua', 'kong/a.lua']);
    expect(plan.files.map((file) => Buffer.from(wholeOf(file.bytes)).toString())).toEqual([
      'return 1',
      '',
    ]);
    expect(plan.expandedBytes).toBe(8);
    expect(plan.archiveDigest).toBe(digestOf(bytes));
  });

  it('lets a manifest.json be below the top', async () => {
    const bytes = tarOf(tarFile('kong/plugins/x/manifest.json'), tarFile('a'));
    expect((await readArchiveBothWays(bytes)).files).toHaveLength(2);
  });

  it('does not open an archive that stands beside other files', async () => {
    const bytes = tarOf(tarEntry({ name: 'a.tar', data: tar }), tarFile('b'));
    expect((await readArchiveBothWays(bytes)).files.map((file) => file.path)).toEqual([
      'a.tar',
      'b',
    ]);
  });

  it.each([
    ['a LuaRocks rock', Buffer.from('504b030414000000', 'hex'), 'ZIP'],
    ['an empty zip', Buffer.from('504b050600000000', 'hex'), 'ZIP'],
    ['xz', Buffer.from('fd377a585a000004', 'hex'), 'COMPRESSION'],
    ['zstd', Buffer.from('28b52ffd00000000', 'hex'), 'COMPRESSION'],
    ['bzip2', Buffer.from('425a683931415926', 'hex'), 'COMPRESSION'],
    ['a zip in a tar', wrap('a.tar', Buffer.from('504b030414000000', 'hex')), 'ZIP'],
    ['an archive whose name does not say so', wrap('handler.lua', tar), 'READS_DIFFERENTLY'],
    ['a rock in a tar', wrap('a.rock', gzipSync(tar)), 'READS_DIFFERENTLY'],
    [
      'a manifest.json beside files',
      tarOf(tarFile('a'), tarFile('manifest.json')),
      'READS_DIFFERENTLY',
    ],
    [
      'an index.json beside files',
      tarOf(tarFile('./index.json'), tarFile('a')),
      'READS_DIFFERENTLY',
    ],
    [
      'a layout marker beside files',
      tarOf(tarFile('oci-layout'), tarFile('a')),
      'READS_DIFFERENTLY',
    ],
    ['text', Buffer.from('return {}'), 'NOT_AN_ARCHIVE'],
    ['nothing', Buffer.alloc(0), 'NOT_AN_ARCHIVE'],
    ['a tar without files', tarOf(tarDirectory('kong/')), 'EMPTY'],
    ['gzip that holds no tar', gzipSync(Buffer.alloc(512, 'x')), 'FORMAT'],
    ['gzip in gzip', gzipSync(gzipSync(tar)), 'UNALIGNED'],
  ] as const)('refuses %s', async (_, bytes, reason) => {
    await expectRefused(() => readArchiveBothWays(bytes), reason);
  });

  it('names the compression it cannot read', async () => {
    await expect(readArchiveBothWays(Buffer.from('28b52ffd', 'hex'))).rejects.toThrow('zstd');
  });
});
