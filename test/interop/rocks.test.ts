import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packPlugin } from '../../src/workflows/pack-plugin.ts';
import { unpackArchive } from '../../src/workflows/unpack-archive.ts';
import { expectSameRocks } from '../support/expect-same-rocks.ts';
import { filesBelow } from '../support/files-below.ts';
import { describeWithPeers } from '../support/peers.ts';
import {
  luarocks,
  luarocksInstall,
  luarocksMake,
  NAME,
  packRock,
  TREE,
  writeTexts,
} from '../support/rock-sources.ts';
import { run } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

describeWithPeers(['luarocks'], 'rocks', () => {
  it('make the tree of luarocks make, and are packed like their source', async () => {
    await expectSameRocks('directories that the rockspec names');
  });

  it('without a rockspec: install, make from what is in the rock, remove', async () => {
    const rock = await packRock(writeTexts({ ...TREE, 'README.md': 'read me\n' }));
    const tree = await luarocksInstall(rock);
    const unpacked = join(temporaryDirectory(), 'unpacked');
    await unpackArchive(rock, { directory: unpacked });
    expect(filesBelow(await luarocksMake(unpacked))).toEqual(filesBelow(tree));
    expect(readFileSync(await packRock(unpacked))).toEqual(readFileSync(rock));
    await luarocks(tree, ['remove', '--deps-mode', 'none', NAME]);
    expect([...filesBelow(tree).keys()]).toEqual(['lib/luarocks/rocks-5.1/manifest']);
  });

  it('are whole to unzip', async () => {
    const rock = await packRock(writeTexts(TREE));
    expect(await run('unzip', ['-t', rock])).toMatchObject({ status: 0 });
  });

  it('have the digest of their plugin', async () => {
    const directory = writeTexts(TREE);
    const rock = await packPlugin(await packRock(directory));
    expect(rock.layer.digest).toBe((await packPlugin(directory)).layer.digest);
  });
});
