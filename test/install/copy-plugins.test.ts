import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { copyPlugins, type CopyOutcome } from '../../src/install/copy-plugins.ts';
import { installPlugins } from '../../src/install/install-plugins.ts';
import { expectError } from '../support/expect-error.ts';
import { listTree } from '../support/list-tree.ts';
import { compareVersions, filesOf, makeInstallable } from '../support/make-installable.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { interceptOperations } from './intercept-operations.ts';

let luaRoot: string;
beforeEach(() => {
  luaRoot = join(temporaryDirectory(), 'lua');
});

const at = (path: string): string => join(luaRoot, path);

const SHARED = {
  'kong/plugins/one/handler.lua': 'return 1',
  'kong/plugins/one-lib/deep/a.lua': 'return 2',
  'resty/one.lua': 'return 3',
};

const copy = (
  files: Readonly<Record<string, string>> = SHARED,
  options: { readonly dryRun?: boolean } = {},
): Promise<CopyOutcome> =>
  copyPlugins({ luaRoot }, [makeInstallable({ name: 'one', version: '1', files })], options);

describe('copyPlugins', () => {
  it('waits for another one that leaves nothing behind, and so do more', async () => {
    const { signal } = new AbortController();
    const names = ['one', 'two', 'three'];
    const copies = names.map((name) =>
      copyPlugins({ luaRoot }, [makeInstallable({ name, version: '1' })], { signal }),
    );
    for (const outcome of await Promise.all(copies))
      expect(outcome).not.toHaveProperty('notCleanedUp');
    for (const name of names) expect(existsSync(at(`kong/plugins/${name}/handler.lua`))).toBe(true);
    expect(existsSync(at('.kongcrate'))).toBe(false);
  });

  it('writes plain files, readable for all, and leaves nothing of kongcrate', async () => {
    expect(await copy()).toEqual({
      plugins: [
        { name: 'one', version: '1', digest: expect.any(String) as string, state: 'installed' },
      ],
    });
    for (const [path, text] of Object.entries(SHARED)) {
      expect(readFileSync(at(path), 'utf8')).toBe(text);
      expect(lstatSync(at(path)).mode & 0o7777).toBe(0o644);
    }
    expect(listTree(luaRoot).map((line) => line.split(' ')[0])).toEqual([
      'kong/',
      'kong/plugins/',
      'kong/plugins/one-lib/',
      'kong/plugins/one-lib/deep/',
      'kong/plugins/one-lib/deep/a.lua',
      'kong/plugins/one/',
      'kong/plugins/one/handler.lua',
      'resty/',
      'resty/one.lua',
    ]);
  });

  it('finds the same bytes unchanged, whatever their modes', async () => {
    await copy();
    chmodSync(at('kong/plugins/one/handler.lua'), 0o664);
    const before = listTree(luaRoot);
    expect(await copy()).toMatchObject({ plugins: [{ state: 'unchanged' }] });
    expect(listTree(luaRoot)).toEqual(before);
  });

  it.each([
    ['other bytes', 'kong/plugins/one/handler.lua', 'kong/plugins/one'],
    ['one file more', 'kong/plugins/one/api.lua', 'kong/plugins/one'],
    ['another sibling', 'resty/one.lua', 'resty/one.lua'],
    [
      "another's file in a directory below kong/plugins",
      'kong/plugins/one-lib/b.lua',
      'kong/plugins/one-lib',
    ],
  ])('refuses to overwrite %s', async (_, path, named) => {
    await copy();
    writeFileSync(at(path), 'theirs');
    const before = listTree(luaRoot);
    const error = await expectError(() => copy(), 'NOT_OURS');
    expect(error.details).toEqual({ reason: 'TAKEN', path: at(named) });
    expect(listTree(luaRoot)).toEqual(before);
  });

  it('refuses a root that has generations', async () => {
    await installPlugins({ luaRoot }, [makeInstallable({ name: 'two', version: '1' })], {
      compareVersions,
    });
    const error = await expectError(() => copy(), 'USAGE');
    expect(error.message).toContain('holds generations');
  });

  it('writes nothing when it only tries', async () => {
    mkdirSync(luaRoot);
    expect(await copy(SHARED, { dryRun: true })).toMatchObject({
      plugins: [{ state: 'installed' }],
    });
    expect(listTree(luaRoot)).toEqual([]);
  });

  it('leaves no part of a plugin behind when the disk is full', async () => {
    const files = interceptOperations(({ name, args, run }) => {
      if (name === 'writeFile' && String(args[0]).endsWith('schema.lua'))
        throw Object.assign(new Error('full'), { code: 'ENOSPC', errno: -28, syscall: 'write' });
      run();
    });
    const request = makeInstallable({ name: 'one', version: '1', files: filesOf('one', '1') });
    await expectError(() => copyPlugins({ luaRoot, files }, [request], {}), 'INSTALL_FAILED');
    expect(listTree(luaRoot)).toEqual(['kong/', 'kong/plugins/']);
  });
});
