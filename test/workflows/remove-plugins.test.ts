import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { installPlugins } from '../../src/install/install-plugins.ts';
import { readStatus } from '../../src/workflows/read-status.ts';
import { removePlugins, type RemoveOptions } from '../../src/workflows/remove-plugins.ts';
import { expectError } from '../support/expect-error.ts';
import { listTree } from '../support/list-tree.ts';
import { compareVersions, makeInstallable } from '../support/make-installable.ts';
import { memoryDirectory } from '../install/memory-directory.ts';

let luaRoot: string;
let kongConf: string;
let prefix: string;

beforeEach(async () => {
  const directory = memoryDirectory();
  luaRoot = join(directory, 'lua');
  kongConf = join(directory, 'kong.conf');
  prefix = join(directory, 'prefix');
  mkdirSync(prefix);
  writeFileSync(kongConf, 'plugins = bundled\n');
  const requests = ['one', 'two'].map((name) => makeInstallable({ name, version: '1' }));
  await installPlugins({ luaRoot }, requests, { compareVersions });
});

const remove = (names: readonly string[], options: Partial<RemoveOptions> = {}): Promise<unknown> =>
  removePlugins(names, {
    root: { luaRoot },
    kong: { kongConf, prefix, environment: {} },
    ...options,
  });

describe('removePlugins', () => {
  it('refuses what kong.conf lists, and removes it once it does not', async () => {
    writeFileSync(kongConf, 'plugins = bundled,one\nplugins = bundled, two # one\n');
    const before = listTree(luaRoot);
    for (const dryRun of [true, false]) {
      const error = await expectError(() => remove(['one', 'two'], { dryRun }), 'STILL_ENABLED');
      expect(error.message).toContain(`${kongConf} lists two`);
      expect(error.remedy).toContain('kongcrate disable two');
    }
    expect(listTree(luaRoot).filter((line) => !line.startsWith('.kongcrate/'))).toEqual(
      before.filter((line) => !line.startsWith('.kongcrate/')),
    );
    expect(readStatus({ luaRoot }).generation).toBe(1);
    await remove(['one']);
    writeFileSync(kongConf, 'plugins = bundled\n');
    await remove(['two']);
    expect(readStatus({ luaRoot })).toMatchObject({ generation: 3, plugins: [] });
  });

  it('asks the environment before the file', async () => {
    writeFileSync(kongConf, 'plugins = bundled,one\n');
    const environment = { KONG_PLUGINS: 'bundled,two' };
    const kong = { kongConf, prefix, environment };
    const error = await expectError(() => remove(['two'], { kong }), 'STILL_ENABLED');
    expect(error.message).toContain('KONG_PLUGINS lists two');
    await remove(['one'], { kong });
  });

  it('asks what the running Kong was started with', async () => {
    writeFileSync(join(prefix, '.kong_env'), 'plugins = bundled,one\n');
    const error = await expectError(() => remove(['one']), 'STILL_ENABLED');
    expect(error.remedy).toContain(`KONG_PLUGINS=bundled kong reload -p ${prefix}`);
    await remove(['two']);
  });

  it('says first that a plugin is not installed', async () => {
    writeFileSync(kongConf, 'plugins = bundled,three\n');
    await expectError(() => remove(['three']), 'NOT_FOUND');
    const root = { luaRoot: join(luaRoot, 'nowhere') };
    await expectError(() => remove(['one'], { root }), 'NOT_FOUND');
  });
});
