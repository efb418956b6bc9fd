import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { constants, deflateRawSync, gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeLayer } from '../support/encode-layer.ts';
import { compressBlock } from '../../src/archive/compress-block.ts';
import { compressChecked } from '../../src/archive/compress-checked.ts';
import { readArchive } from '../../src/archive/read-archive.ts';
import type { PlannedFile } from '../../src/content/extraction-plan.ts';
import { digestOf } from '../../src/reference/digest.ts';
import { expectError } from '../support/expect-error.ts';
import { expectRefused } from '../support/expect-refused.ts';
import { layerTree } from '../support/file-trees.ts';
import { describeWithPeers, peer } from '../support/peers.ts';
import { tarFile, tarOf } from '../support/tar-builder.ts';
import { fc } from '../support/properties.ts';
import { spoolAbove } from '../support/spools.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const MEBIBYTE = 1024 * 1024;

const file = (name: string, bytes: string | Uint8Array): PlannedFile => ({
  path: name,
  bytes: Buffer.from(bytes),
});

/** Bytes that do not compress and are the same everywhere. */
function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 42;
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}

const plugin = [
  file('kong/plugins/demo/handler.lua', 'return { PRIORITY = 10, VERSION = "1.0.0" }\n'),
  file('kong/plugins/demo/schema.lua', 'return { name = "demo", fields = {} }\n'),
];
const lua = Buffer.from(
  Array.from({ length: 40_000 }, (_, line) => `local v${line} = ${line}\n`).join(''),
);
const large = [
  file('kong/plugins/demo/generated.lua', Buffer.concat([lua, lua])),
  file('kong/plugins/demo/model.bin', noise(3 * MEBIBYTE)),
  file('kong/plugins/demo/tables.lua', lua),
];
const longPath = `kong/plugins/demo/${'deeply/'.repeat(10)}${'n'.repeat(90)}.lua`;

describe('golden digests: a change here changes every digest ever published', () => {
  it.each([
    [
      'a small plugin',
      plugin,
      'sha256:4d8cb4795844e68755bc4bc6f79992b56e762abf03aca9392598ce2f682e52b3',
    ],
    [
      'text and noise over several blocks',
      large,
      'sha256:19d6ed64990159c5db1921fcf3d023cf652a3f00bb133a90b770a085cf6b134b',
    ],
    [
      'an empty file',
      [file('kong/plugins/demo/empty.lua', '')],
      'sha256:fa2c76c713da246f09969da0d6b756d53568e5f5df8a143336abf5d83b1d78c1',
    ],
    [
      'a long path',
      [file(longPath, 'return {}\n')],
      'sha256:dda9a26c9d61c00abb9231a17f7daffa749c0f2515a37700557c044b7e83902d',
    ],
  ])('%s', async (_, files, digest) => {
    expect((await encodeLayer(files)).digest).toBe(digest);
    expect((await encodeLayer(files, undefined, spoolAbove(0))).digest).toBe(digest);
  });
});

describe('encodeLayer', () => {
  it('does not depend on the order of the files', async () => {
    const forth = await encodeLayer(large);
    const back = await encodeLayer([...large].reverse());
    expect(back.bytes.equals(forth.bytes)).toBe(true);
  });

  it('sorts by bytes, not by locale', async () => {
    const { bytes } = await encodeLayer(
      ['c', 'a-b', 'a/b', 'B', 'a.b'].map((name) => file(name, 'x')),
    );
    expect(readArchive(bytes).files.map((each) => each.path)).toEqual([
      'B',
      'a-b',
      'a.b',
      'a/b',
      'c',
    ]);
  });

  it('writes the same bytes whether files and archive are in memory or not', async () => {
    const property = fc.asyncProperty(layerTree, async (files) => {
      const held = await encodeLayer(files);
      const spooled = await encodeLayer(files, undefined, spoolAbove(0));
      expect(spooled).toEqual(held);
      expect(spooled.digest).toBe(digestOf(spooled.bytes));
    });
    await fc.assert(property, { numRuns: 50 });
  });

  it('ends with what files fail with, in the middle of an archive', async () => {
    const failing = new Error('changed');
    const bytes = {
      length: 5 * MEBIBYTE,
      subarray: (start: number, end: number): Uint8Array => {
        if (end > 3 * MEBIBYTE) throw failing;
        return Buffer.alloc(end - start);
      },
    };
    await expect(encodeLayer([...plugin, { path: 'kong/z.bin', bytes }])).rejects.toBe(failing);
  });

  it('refuses to write what does not expand to the same', async () => {
    const block = { bytes: Buffer.from('return {}'), dictionary: Buffer.alloc(0) };
    const other = (): Promise<Buffer> =>
      compressBlock({ ...block, bytes: Buffer.from('return {1}') });
    const error = await expectError(() => compressChecked(block, other), 'ENCODER_DIFFERS');
    expect(error.exitCode).toBe(1);
    expect(await compressChecked(block)).toEqual(await compressBlock(block));
  });

  it('says what it made', async () => {
    const layer = await encodeLayer(large);
    expect(layer.digest).toBe(digestOf(layer.bytes));
    expect(layer.diffId).toBe(digestOf(gunzipSync(layer.bytes)));
    expect(layer.expandedBytes).toBe(3 * lua.length + 3 * MEBIBYTE);
  });

  it('is one gzip member of joined blocks, compressed or stored', async () => {
    const { bytes, expandedBytes } = await encodeLayer(large);
    const tar = gunzipSync(bytes);
    const first = deflateRawSync(tar.subarray(0, MEBIBYTE), {
      level: 5,
      finishFlush: constants.Z_SYNC_FLUSH,
    });
    expect(bytes.subarray(0, 10).toString('hex')).toBe('1f8b08000000000000ff');
    expect(bytes.subarray(10, 10 + first.length).equals(first)).toBe(true);
    expect(bytes.subarray(-10, -8).toString('hex')).toBe('0300');
    expect(bytes.includes(tar.subarray(3 * MEBIBYTE, 3 * MEBIBYTE + 65_535))).toBe(true);
    expect(bytes.length).toBeLessThan(expandedBytes - lua.length);
  });

  it.each([
    ['a path outside ASCII', 'kong/plugins/demo/é.lua', 'PATH_USTAR'],
    ['a segment over 100 characters', `kong/${'a'.repeat(101)}`, 'PATH_USTAR'],
    ['a path over 256 characters', `${'a/'.repeat(100)}${'b'.repeat(100)}`, 'PATH_USTAR'],
    ['a path that climbs', '../handler.lua', 'PATH_SEGMENT'],
    ['an absolute path', '/handler.lua', 'PATH_ABSOLUTE'],
    ['a path that readers shorten', './handler.lua', 'READS_DIFFERENTLY'],
    ['a whiteout', 'kong/.wh.handler.lua', 'PATH_WHITEOUT'],
  ] as const)('refuses %s', async (_, name, reason) => {
    const files = [file(name, 'x'), file('other', 'y')];
    await expectRefused(() => encodeLayer(files), reason);
    await expectRefused(() => encodeLayer(files, undefined, spoolAbove(0)), reason);
  });

  it('refuses what readers would refuse or read differently', async () => {
    await expectRefused(() => encodeLayer([file('a', '1'), file('a', '1')]), 'DUPLICATE');
    await expectRefused(() => encodeLayer([]), 'EMPTY');
    await expectRefused(
      () => encodeLayer([file('inner.tar', tarOf(tarFile('a')))]),
      'READS_DIFFERENTLY',
    );
    await expectRefused(
      () => encodeLayer(large, { maxUnpackedBytes: MEBIBYTE, maxFiles: 10 }),
      'TOO_LARGE',
    );
  });
});

describeWithPeers(['tar', 'python3'], 'other programs read it', () => {
  const directory = temporaryDirectory();
  beforeAll(async () => {
    writeFileSync(path.join(directory, 'layer.tar.gz'), (await encodeLayer(large)).bytes);
  });
  const run = (program: string, ...parameters: string[]): string =>
    execFileSync(program, parameters, { cwd: directory, encoding: 'utf8' });

  it('gzip -t', () => {
    expect(run('gzip', '-t', 'layer.tar.gz')).toBe('');
  });

  it('tar tvf shows neutral owners, modes and times', () => {
    const lines = run(peer('tar'), '--utc', '-tvf', 'layer.tar.gz').trim().split('\n');
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line).toMatch(/^-rw-r--r-- 0\/0 +\d+ 1970-01-01 00:00 kong\//);
  });

  it('Python', () => {
    const script = 'import tarfile; print([m.size for m in tarfile.open("layer.tar.gz")])';
    expect(run(peer('python3'), '-c', script).trim()).toBe(
      `[${2 * lua.length}, ${3 * MEBIBYTE}, ${lua.length}]`,
    );
  });
});
