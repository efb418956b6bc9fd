import { existsSync, mkdirSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { installPlugins } from '../../src/install/install-plugins.ts';
import { holdPlugins } from '../../src/install/hold-plugins.ts';
import type { InstallRoot } from '../../src/install/install-root.ts';
import { removePlugins } from '../../src/install/remove-plugins.ts';
import { rollbackPlugins } from '../../src/install/rollback-plugins.ts';
import { readNodeState } from '../../src/install/read-node-state.ts';
import { expectError } from '../support/expect-error.ts';
import { listTree } from '../support/list-tree.ts';
import { compareVersions, makeInstallable } from '../support/make-installable.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { interceptOperations } from './intercept-operations.ts';
import { allDrift, installed, leftInTmp, versionsRead } from './look-at-node.ts';

let luaRoot: string;
beforeEach(async () => {
  luaRoot = join(temporaryDirectory(), 'lua');
  await install('one');
});

const at = (path: string): string => join(luaRoot, path);

const install = (name: string, version = '1', options: object = {}): Promise<unknown> =>
  installPlugins({ luaRoot, ...options }, [makeInstallable({ name, version })], {
    compareVersions,
  });

describe('a change that is refused', () => {
  /** Something of somebody else's stands where `two` is to stand. */
  const refuse = async (): Promise<void> => {
    mkdirSync(at('kong/plugins/two'), { recursive: true });
    await expectError(() => install('two'), 'NOT_OURS');
  };

  it('leaves everything as it was, old generations beyond --keep among it', async () => {
    await install('one', '2');
    mkdirSync(at('kong/plugins/two'));
    const before = listTree(luaRoot);
    await expectError(() => install('two', '1', { keepGenerations: 1 }), 'NOT_OURS');
    expect(listTree(luaRoot)).toEqual(before);
  });

  it('leaves what the live receipt needs, whatever is left of its links', async () => {
    for (const path of ['kong', 'resty'])
      rmSync(at(`.kongcrate/generations/1/${path}`), { recursive: true });
    await refuse();
    expect(readdirSync(at('.kongcrate/store'))).toHaveLength(1);
    expect(await install('one')).toMatchObject({ generation: 1, plugins: [{ state: 'repaired' }] });
    expect(versionsRead(luaRoot, 'one')).toEqual(['1', '1', '1']);
    expect(allDrift(luaRoot)).toEqual([]);
  });

  it('leaves the links that the live receipt needs, which an older generation has too', async () => {
    await install('one', '2');
    rmSync(at('.kongcrate/generations/2/kong'), { recursive: true });
    await refuse();
    expect(readlinkSync(at('kong/plugins/one'))).toContain('.kongcrate/current');
  });

  it('removes no store directory while a receipt cannot say what it needs', async () => {
    await install('one', '2');
    await install('one', '3');
    writeFileSync(at('.kongcrate/generations/1/receipt.json'), '{');
    const outcome = await install('one', '4');
    expect(outcome).toMatchObject({
      notCleanedUp: expect.stringContaining('receipt.json') as string,
    });
    expect(readdirSync(at('.kongcrate/store'))).toHaveLength(4);
  });
});

describe('a change that is refused where nothing was ever installed', () => {
  const authorize = (): Promise<void> => Promise.resolve();
  it.each<[string, (root: InstallRoot) => Promise<unknown>]>([
    ['install', (root) => install('two', '1', root)],
    ['remove', (root) => removePlugins(root, ['one'], { authorize: () => undefined })],
    ['rollback', (root) => rollbackPlugins(root, { authorize })],
    ['hold', (root) => holdPlugins(root, ['one'])],
  ])('leaves nothing there: %s', async (_, change) => {
    const other = join(temporaryDirectory(), 'typed-wrong');
    mkdirSync(join(other, 'kong/plugins/two'), { recursive: true });
    const before = listTree(other);
    await expect(change({ luaRoot: other })).rejects.toThrow();
    expect(listTree(other)).toEqual(before);
  });
});

describe('a root whose `current` is gone', () => {
  it('keeps its only generation, and says how to point at it again', async () => {
    rmSync(at('.kongcrate/current'));
    const before = listTree(luaRoot);
    const remedy = `ln -sfn generations/1 ${at('.kongcrate/current')}`;
    expect((await expectError(() => install('one', '2'), 'INSTALL_FAILED')).remedy).toContain(
      remedy,
    );
    expect(
      (await expectError(() => readNodeState({ luaRoot }), 'INSTALL_FAILED')).remedy,
    ).toContain(remedy);
    expect(listTree(luaRoot)).toEqual(before);
  });

  it('is not one whose first install was cut off before its switch', async () => {
    rmSync(luaRoot, { recursive: true });
    let isDead = false;
    const files = interceptOperations(({ name, args, run }) => {
      isDead ||= name === 'rename' && String(args[1]) === at('.kongcrate/current');
      if (isDead) throw new Error('killed');
      run();
    });
    await expect(install('one', '1', { files })).rejects.toThrow('killed');
    rmSync(at('.kongcrate/mutex'));
    expect(existsSync(at('.kongcrate/generations/1/receipt.json'))).toBe(true);
    expect(readNodeState({ luaRoot })).toEqual({ plugins: [] });
    await install('two');
    expect(installed(luaRoot)).toEqual(['two 1']);
    expect(readdirSync(at('kong/plugins'))).toEqual(['two']);
    expect(readdirSync(at('.kongcrate/store'))).toHaveLength(1);
    expect(leftInTmp(luaRoot)).toEqual([]);
  });
});
