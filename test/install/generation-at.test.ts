import { join } from 'node:path';
import { expect, it } from 'vitest';
import { generationAt } from '../../src/install/generation-at.ts';
import { installPlugins } from '../../src/install/install-plugins.ts';
import { compareVersions, makeInstallable } from '../support/make-installable.ts';
import { memoryDirectory } from './memory-directory.ts';

it('tells what was live at a time, or what came next if that is no longer kept', async () => {
  const luaRoot = join(memoryDirectory(), 'lua');
  const install = (version: string, atMs: number): Promise<unknown> =>
    installPlugins(
      { luaRoot, keepGenerations: 2, now: () => new Date(atMs) },
      [makeInstallable({ name: 'one', version })],
      { compareVersions },
    );
  await install('1', 1_000);
  await install('2', 2_000);
  const times = [999, 1_000, 1_999, 2_000];
  expect(times.map((timeMs) => generationAt(luaRoot, timeMs))).toEqual([0, 1, 1, 2]);
  await install('3', 3_000);
  expect(times.map((timeMs) => generationAt(luaRoot, timeMs))).toEqual([2, 2, 2, 2]);
  expect(generationAt(luaRoot, 3_000)).toBe(3);
});
