import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { holdPlugins } from '../../src/install/hold-plugins.ts';
import { installPlugins } from '../../src/install/install-plugins.ts';
import { readHistory } from '../../src/install/read-history.ts';
import { readNodeState } from '../../src/install/read-node-state.ts';
import {
  removePlugins,
  type RemoveOptions,
  type RemoveOutcome,
} from '../../src/install/remove-plugins.ts';
import { rollbackPlugins } from '../../src/install/rollback-plugins.ts';
import { expectError } from '../support/expect-error.ts';
import { listTree } from '../support/list-tree.ts';
import { compareVersions, makeInstallable } from '../support/make-installable.ts';
import { allDrift, installed, versionsRead } from './look-at-node.ts';
import { memoryDirectory } from './memory-directory.ts';

let luaRoot: string;
beforeEach(async () => {
  luaRoot = join(memoryDirectory(), 'lua');
  const requests = ['one', 'two', 'three'].map((name) => makeInstallable({ name, version: '1' }));
  await installPlugins({ luaRoot }, requests, { compareVersions });
});

const remove = (
  names: readonly string[],
  options: Partial<RemoveOptions> = {},
): Promise<RemoveOutcome> =>
  removePlugins({ luaRoot }, names, { authorize: () => undefined, ...options });

describe('removePlugins', () => {
  it('takes plugins out with one new generation, links and all; a rollback brings them back', async () => {
    const [one] = readNodeState({ luaRoot }).plugins.filter(({ name }) => name === 'one');
    const [, three] = [...(await remove(['one', 'three', 'one'])).plugins];
    expect(three).toMatchObject({ name: 'three', version: '1' });
    expect(readNodeState({ luaRoot }).generation).toBe(2);
    expect(installed(luaRoot)).toEqual(['two 1']);
    expect(readdirSync(join(luaRoot, 'kong/plugins'))).toEqual(['two']);
    expect(readdirSync(join(luaRoot, 'resty'))).toEqual(['two.lua']);
    expect(readHistory({ luaRoot })[0]).toMatchObject({ action: 'remove', plugins: ['two'] });
    await rollbackPlugins({ luaRoot }, { name: 'one', authorize: () => Promise.resolve() });
    expect(versionsRead(luaRoot, 'one')).toEqual(['1', '1', '1']);
    expect(readNodeState({ luaRoot }).plugins).toContainEqual(one);
    expect(allDrift(luaRoot)).toEqual([]);
  });

  it('takes the last one out', async () => {
    expect(await remove(['one', 'two', 'three'])).toMatchObject({ generation: 2 });
    expect(readNodeState({ luaRoot })).toEqual({ generation: 2, plugins: [] });
    expect(readdirSync(join(luaRoot, 'kong/plugins'))).toEqual([]);
  });

  it('removes all of them or none', async () => {
    const before = listTree(luaRoot);
    const error = await expectError(() => remove(['one', 'four']), 'NOT_FOUND');
    expect(error.message).toContain('four is not installed');
    await expectError(() => remove([]), 'USAGE');
    const authorize = (plugins: readonly { name: string }[]): void => {
      throw new Error(plugins.map(({ name }) => name).join());
    };
    await expect(remove(['two', 'one'], { authorize })).rejects.toThrow('two,one');
    expect(listTree(luaRoot)).toEqual(before);
  });

  it('decides and refuses without changing with dryRun', async () => {
    const before = listTree(luaRoot);
    expect(await remove(['one'], { dryRun: true })).toMatchObject({ generation: 2 });
    await expectError(() => remove(['four'], { dryRun: true }), 'NOT_FOUND');
    expect(listTree(luaRoot)).toEqual(before);
  });

  it('leaves what is held', async () => {
    const now = (): Date => new Date(0);
    await holdPlugins({ luaRoot, now }, ['two'], { reason: 'a freeze' });
    const error = await expectError(() => remove(['one', 'two']), 'HELD');
    expect(error.message).toBe('two is held since 1970-01-01T00:00:00.000Z: a freeze');
    expect(error.remedy).toContain('kongcrate unhold two');
    expect(installed(luaRoot)).toEqual(['one 1', 'three 1', 'two 1']);
  });

  it('leaves what somebody put in place of a link', async () => {
    rmSync(join(luaRoot, 'kong/plugins/one'));
    mkdirSync(join(luaRoot, 'kong/plugins/one/mine'), { recursive: true });
    await remove(['one']);
    expect(existsSync(join(luaRoot, 'kong/plugins/one/mine'))).toBe(true);
    expect(installed(luaRoot)).toEqual(['three 1', 'two 1']);
  });

  it('prunes as it is told', async () => {
    await removePlugins({ luaRoot, keepGenerations: 1 }, ['one', 'two'], {
      authorize: () => undefined,
    });
    expect(readdirSync(join(luaRoot, '.kongcrate/generations'))).toEqual(['2']);
    expect(readdirSync(join(luaRoot, '.kongcrate/store'))).toHaveLength(1);
  });
});
