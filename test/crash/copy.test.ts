import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { copyPlugins } from '../../src/install/copy-plugins.ts';
import type { FileOperations } from '../../src/install/file-operations.ts';
import { memoryDirectory } from '../install/memory-directory.ts';
import { listTree } from '../support/list-tree.ts';
import { filesOf, makeInstallable } from '../support/make-installable.ts';
import { stopEverywhere } from './stop-everywhere.ts';

const FILES = { ...filesOf('one', '1'), ...filesOf('two', '1') };

const copy = (luaRoot: string, files?: FileOperations): Promise<unknown> =>
  copyPlugins(
    { luaRoot, lockWaitMs: 0, ...(files ? { files } : {}) },
    ['one', 'two'].map((name) => makeInstallable({ name, version: '1' })),
    {},
  );

/** A directory of a plugin with all of its files, or none. */
function expectWhole(luaRoot: string, where: string): void {
  for (const name of ['one', 'two']) {
    const directory = join(luaRoot, 'kong/plugins', name);
    if (existsSync(directory))
      expect(readdirSync(directory), where).toEqual(['handler.lua', 'schema.lua']);
  }
  for (const [path, text] of Object.entries(FILES))
    if (existsSync(join(luaRoot, path)))
      expect(readFileSync(join(luaRoot, path), 'utf8'), where).toBe(text);
}

it('a copy that is stopped anywhere is whole or absent, and goes on when it is run again', async () => {
  const template = join(memoryDirectory(), 'lua');
  const whole = join(memoryDirectory(), 'lua');
  await copy(whole);
  expect(lstatSync(join(whole, 'kong/plugins/one')).isDirectory()).toBe(true);
  const stops = await stopEverywhere({
    template,
    work: copy,
    check: async (luaRoot, where) => {
      expectWhole(luaRoot, where);
      await copy(luaRoot);
      expect(listTree(luaRoot), where).toEqual(listTree(whole));
    },
  });
  expect(stops).toBeGreaterThan(40);
  expect(
    listTree(whole).filter((line) => line.includes('.kongcrate') || line.includes('->')),
  ).toEqual([]);
}, 120_000);
