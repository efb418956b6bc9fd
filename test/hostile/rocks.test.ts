import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { KongcrateError } from '../../src/errors/kongcrate-error.ts';
import { installPlugins } from '../../src/workflows/install-plugins.ts';
import { packPlugin } from '../../src/workflows/pack-plugin.ts';
import { unpackArchive } from '../../src/workflows/unpack-archive.ts';
import { expectError } from '../support/expect-error.ts';
import { mutatedZip } from '../support/mutate-zip.ts';
import { fc } from '../support/properties.ts';
import { Random } from '../support/random.ts';
import { listed, rockFiles, rockOf } from '../support/rock-builder.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { zipOf } from '../support/zip-builder.ts';

const climbing = zipOf([{ name: '../out.lua' }]);
const native = rockOf(listed(rockFiles({ 'lib/a.so': 'x' })));

it.each([
  ['a path that climbs', climbing, 'ARCHIVE_REFUSED'],
  ['native code', native, 'PLUGIN_REFUSED'],
] as const)('nothing is written, whoever reads it: %s', async (_, bytes, code) => {
  const place = temporaryDirectory();
  const rock = join(place, 'x-1-1.all.rock');
  writeFileSync(rock, bytes);
  await expectError(() => packPlugin(rock), code);
  await expectError(() => unpackArchive(rock, { directory: join(place, 'out') }), code);
  const root = { luaRoot: join(place, 'lua') };
  const terms = { root, allowUnsigned: true, expectedName: 'my-plugin' };
  await expectError(() => installPlugins([rock], terms), code);
  expect(readdirSync(place).filter((name) => name !== 'lua')).toEqual(['x-1-1.all.rock']);
  expect(existsSync(join(place, 'lua/kong'))).toBe(false);
});

it('whatever the bytes, packing gives a package or one of our own refusals', async () => {
  const rock = join(temporaryDirectory(), 'x-1-1.all.rock');
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (seed) => {
      writeFileSync(rock, mutatedZip(rockOf(), new Random(seed)));
      try {
        expect((await packPlugin(rock)).name).toBe('my-plugin');
      } catch (error) {
        if (!(error instanceof KongcrateError)) throw error;
      }
    }),
    { numRuns: 300 },
  );
});
