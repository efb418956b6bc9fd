import { crc32, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { scanTar } from '../../src/archive/scan-tar.ts';
import { expandBothWays, readArchiveBothWays } from '../support/both-ways.ts';
import { expectRefused } from '../support/expect-refused.ts';
import { tarDirectory, tarEntry, tarFile, tarOf } from '../support/tar-builder.ts';
import { MEBIBYTE, LIMITS, tar, bomb, member, gzips } from './cases/archive-bombs.ts';

describe('gzip streams', () => {
  it.each(gzips)('%s', async (_attack, bytes, reason) => {
    await expectRefused(() => expandBothWays(bytes, MEBIBYTE), reason);
  });

  it.each([
    ['name', member({ flags: 8, extra: 'a.tar\0' })],
    ['name and comment', member({ flags: 24, extra: 'a.tar\0why\0' })],
  ])('a %s is skipped', async (_, bytes) => {
    expect((await expandBothWays(bytes, MEBIBYTE)).equals(tar)).toBe(true);
  });

  it('a right header checksum is skipped', async () => {
    const head = Buffer.from([0x1f, 0x8b, 8, 2, 0, 0, 0, 0, 0, 255]);
    const sum = Buffer.alloc(2);
    sum.writeUInt16LE(crc32(head) & 0xffff);
    const bytes = member({ flags: 2, extra: sum.toString('latin1') });
    expect((await expandBothWays(bytes, MEBIBYTE)).equals(tar)).toBe(true);
  });
});

describe('A15 bombs', () => {
  it('stops at the limit', async () => {
    await expectRefused(() => expandBothWays(bomb, MEBIBYTE), 'TOO_LARGE');
  });

  it('stops at the limit when the trailer lies about the length', async () => {
    const lying = Buffer.from(bomb);
    lying.writeUInt32LE(512, lying.length - 4);
    await expectRefused(() => expandBothWays(lying, MEBIBYTE), 'TOO_LARGE');
  });

  it('expands to exactly the limit', async () => {
    expect(await expandBothWays(gzipSync(Buffer.alloc(MEBIBYTE)), MEBIBYTE)).toHaveLength(MEBIBYTE);
  });

  it('a tar that is over the limit uncompressed', async () => {
    const large = tarOf(tarFile('x', 'x'.repeat(MEBIBYTE)));
    await expectRefused(
      () => readArchiveBothWays(large, { ...LIMITS, maxUnpackedBytes: MEBIBYTE }),
      'TOO_LARGE',
    );
  });

  it('a bomb in an archive, each below the limit alone', async () => {
    const inner = gzipSync(tarOf(tarFile('x', 'x'.repeat(2 * MEBIBYTE))));
    const outer = tarOf(tarEntry({ name: 'a.tar.gz', data: inner }));
    const limits = { ...LIMITS, maxUnpackedBytes: 2 * MEBIBYTE + 2048 };
    expect((await readArchiveBothWays(inner, limits)).files).toHaveLength(1);
    await expectRefused(() => readArchiveBothWays(gzipSync(outer), limits), 'TOO_LARGE');
  });

  it('archives nested four deep', async () => {
    const nest = (data: Buffer): Buffer => tarOf(tarEntry({ name: 'a.tar', data }));
    let bytes = tar;
    for (let depth = 2; depth <= 3; depth++) bytes = nest(bytes);
    expect((await readArchiveBothWays(bytes)).files).toHaveLength(2);
    await expectRefused(() => readArchiveBothWays(nest(bytes)), 'NESTED_TOO_DEEP');
  });
});

describe('A14 entry counts', () => {
  it.each([
    ['files', (index: number) => tarEntry({ name: `f${index}` })],
    ['empty directories', (index: number) => tarDirectory(`d${index}/`)],
    ['the same directory', () => tarDirectory('d/')],
    ['the root', () => tarDirectory('./')],
  ])('1,001 %s', async (_, make) => {
    const many = tarOf(...Array.from({ length: 1001 }, (_each, index) => make(index)));
    await expectRefused(() => scanTar(many, LIMITS), 'TOO_MANY_ENTRIES');
  });

  it('20,001 entries with the default limits', async () => {
    const many = Array.from({ length: 20_001 }, (_each, index) => tarEntry({ name: `f${index}` }));
    expect(scanTar(tarOf(...many.slice(1)))).toHaveLength(20_000);
    await expectRefused(() => scanTar(tarOf(...many)), 'TOO_MANY_ENTRIES');
  });
});
