import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PrivateKey } from '../../src/signing/private-key.ts';
import { installPlugins } from '../../src/workflows/install-plugins.ts';
import { unpackArchive } from '../../src/workflows/unpack-archive.ts';
import { makeKey } from '../signing/support.ts';
import { expectError } from '../support/expect-error.ts';
import type { HostileCase } from '../support/expect-refused.ts';
import { listTree } from '../support/list-tree.ts';
import { publish } from '../support/published.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import * as bombs from './cases/archive-bombs.ts';
import * as headers from './cases/archive-extended-headers.ts';
import * as images from './cases/archive-images.ts';
import * as paths from './cases/archive-paths.ts';
import * as structure from './cases/archive-structure.ts';
import * as types from './cases/archive-types.ts';
import { writeFileSync } from 'node:fs';

const CASES = [bombs, headers, images, paths, structure, types]
  .flatMap((tables) => Object.values<unknown>({ ...tables }))
  .filter((table) => Array.isArray(table))
  .flat() as readonly HostileCase[];

/** In memory, and through spools. */
const BOTH_WAYS = [undefined, 0];

/** ATTACKS 3.1 through the whole product: signed by the right key, and refused all the same. */
describe('every hostile archive, rightly signed', () => {
  const luaRoot = join(temporaryDirectory(), 'lua');
  let key: PrivateKey;
  let before: readonly string[];

  beforeAll(async () => {
    key = await makeKey();
    const { reference } = await publish({ key });
    await installPlugins([reference], { root: { luaRoot }, keys: [key.publicKey] });
    before = listTree(luaRoot);
  });

  it('is there to be refused', () => {
    expect(CASES.length).toBeGreaterThan(150);
  });

  it.each(CASES)('install refuses %s', async (_attack, layer) => {
    const { reference } = await publish({ version: '1.1.0', layer, key });
    for (const maxHeldBytes of BOTH_WAYS) {
      const install = (): Promise<unknown> =>
        installPlugins([reference], { root: { luaRoot }, keys: [key.publicKey], maxHeldBytes });
      const { exitCode } = await expectError(install, 'ARCHIVE_REFUSED');
      expect(exitCode).toBe(8);
    }
    expect(listTree(luaRoot)).toEqual(before);
  });

  it.each(CASES)('unpack refuses %s', async (_attack, bytes) => {
    const directory = temporaryDirectory();
    const file = join(directory, 'archive');
    writeFileSync(file, bytes);
    const target = join(directory, 'target');
    for (const maxHeldBytes of BOTH_WAYS) {
      const unpack = (): Promise<unknown> =>
        unpackArchive(file, { directory: target, maxHeldBytes });
      await expectError(unpack, 'ARCHIVE_REFUSED');
    }
    expect(listTree(directory)).toEqual([expect.stringMatching(/^archive /)]);
  });
});
