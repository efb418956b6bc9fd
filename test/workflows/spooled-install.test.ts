import { randomBytes } from 'node:crypto';
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { readSpooledArchive } from '../../src/archive/read-archive.ts';
import { piecesOf, wholeOf, type ByteSource } from '../../src/content/byte-source.ts';
import { sealedBytes } from '../../src/content/sealed-bytes.ts';
import { sha256Of } from '../../src/content/hash-source.ts';
import type { PrivateKey } from '../../src/signing/private-key.ts';
import { FileBytes } from '../../src/system/file-bytes.ts';
import { installPlugins } from '../../src/workflows/install-plugins.ts';
import { makeKey } from '../signing/support.ts';
import { canMount } from '../support/can-mount.ts';
import { expectError } from '../support/expect-error.ts';
import { listTree } from '../support/list-tree.ts';
import { pluginFiles, publish } from '../support/published.ts';
import { run } from '../support/run.ts';
import { spoolAbove } from '../support/spools.ts';
import { tarEntry, tarOf } from '../support/tar-builder.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const noise = randomBytes(700_000);
const entries = [
  ...pluginFiles('my-plugin', '1.0.0').map(({ path, bytes }) =>
    tarEntry({ name: path, data: bytes }),
  ),
  tarEntry({ name: 'kong/plugins/my-plugin/model.bin', data: noise }),
];
const layer = gzipSync(tarOf(...entries));
let key: PrivateKey;

beforeAll(async () => {
  key = await makeKey();
});

async function install(luaRoot: string, maxHeldBytes?: number): Promise<void> {
  const { reference } = await publish({ layer, key });
  await installPlugins([reference], { root: { luaRoot }, keys: [key.publicKey], maxHeldBytes });
}

describe('an install through spools', () => {
  it('leaves what one in memory leaves, and nothing beside it', async () => {
    const [held, spooled] = [temporaryDirectory(), temporaryDirectory()].map((place) =>
      join(place, 'lua'),
    ) as [string, string];
    await install(held);
    await install(spooled, 0);
    const shape = (root: string): readonly string[] =>
      listTree(root).map((line) => line.replace(/sha256-[0-9a-f]{64}/g, 'sha256-…'));
    expect(shape(spooled).length).toBe(shape(held).length);
    const model = join(spooled, 'kong/plugins/my-plugin/model.bin');
    expect(readFileSync(model).equals(noise)).toBe(true);
    expect(readdirSync(dirname(spooled))).toEqual(['lua']);
  });

  it.runIf(canMount)('that finds no room leaves everything as it was', async () => {
    const luaRoot = temporaryDirectory();
    const args = ['-t', 'tmpfs', '-o', 'size=512k,mode=755', 'tmpfs', luaRoot];
    expect((await run('mount', args)).status).toBe(0);
    try {
      const error = await expectError(() => install(luaRoot, 0), 'INSTALL_FAILED');
      expect(error.details['errno']).toBe('ENOSPC');
      expect(listTree(luaRoot)).toEqual([]);
    } finally {
      await run('umount', [luaRoot]);
    }
  });
});

describe('bytes that are read twice', () => {
  it('are refused when the file changed in between', async () => {
    const path = join(temporaryDirectory(), 'archive.tar');
    writeFileSync(path, tarOf(...entries));
    const { files } = await readSpooledArchive(new FileBytes(path), { spooling: spoolAbove(0) });
    expect(wholeOf(files[2]?.bytes ?? Buffer.alloc(0))).toHaveLength(noise.length);
    appendFileSync(path, 'x');
    await expectError(() => wholeOf(files[2]?.bytes ?? Buffer.alloc(0)), 'SOURCE_UNREADABLE');
  });

  it('are refused with their last piece when they are others than were hashed', async () => {
    const source = (bytes: Buffer): ByteSource => ({
      length: bytes.length,
      subarray: (start, end) => bytes.subarray(start, end),
    });
    const changed = Buffer.from(noise);
    changed[noise.length - 1] = (noise.at(-1) ?? 0) ^ 1;
    const sum = sha256Of(noise);
    expect(Buffer.concat([...piecesOf(sealedBytes(source(noise), sum))]).equals(noise)).toBe(true);
    await expectError(() => [...piecesOf(sealedBytes(source(changed), sum))], 'DIGEST_MISMATCH');
  });
});
