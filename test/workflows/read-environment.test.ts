import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { installPlugins } from '../../src/install/install-plugins.ts';
import { readEnvironment } from '../../src/workflows/read-environment.ts';
import { expectError } from '../support/expect-error.ts';
import { listTree } from '../support/list-tree.ts';
import { compareVersions, makeInstallable } from '../support/make-installable.ts';
import { makeNode } from './make-node.ts';

describe('env', () => {
  const install = async (luaRoot: string, name: string): Promise<unknown> =>
    installPlugins({ luaRoot }, [makeInstallable({ name, version: '1' })], { compareVersions });

  it('is what Kong takes now, then what is installed, and the root that it does not look into', async () => {
    const node = makeNode('plugins = bundled, b,\n');
    const root = { luaRoot: join(node.directory, 'installed') };
    await install(root.luaRoot, 'one');
    await install(root.luaRoot, 'b');
    const before = listTree(node.directory);
    const { luaRoot } = root;
    expect(readEnvironment({ ...node, root })).toMatchObject({
      plugins: ['bundled', 'b', 'one'],
      generation: 2,
      variables: {
        KONG_PLUGINS: 'bundled,b,one',
        KONG_LUA_PACKAGE_PATH: `${luaRoot}/?.lua;${luaRoot}/?/init.lua;;`,
      },
    });
    const live = `${luaRoot}/.kongcrate/generations/2`;
    const pinned = readEnvironment({ ...node, root, pinnedPath: true }).variables;
    expect(pinned['KONG_LUA_PACKAGE_PATH']).toBe(`${live}/?.lua;${live}/?/init.lua;;`);
    expect(listTree(node.directory)).toEqual(before);
  });

  it('tells nothing of a setting that a backslash has made a part of the list', async () => {
    const node = makeNode('plugins = bundled,\\\npg_password = geheim\n');
    await install(node.luaRoot, 'one');
    const root = { luaRoot: node.luaRoot };
    const { message } = await expectError(() => readEnvironment({ ...node, root }), 'USAGE');
    expect(message).toBe('the list of plugins goes on into the setting pg_password');
  });

  it('keeps the path of kong.conf behind the root', async () => {
    const node = makeNode('lua_package_path = /x/?.lua;;\n');
    await install(node.luaRoot + '2', 'one');
    const { variables } = readEnvironment({ ...node, root: { luaRoot: `${node.luaRoot}2` } });
    expect(variables['KONG_LUA_PACKAGE_PATH']).toMatch(/2\/\?\/init\.lua;\/x\/\?\.lua;;$/);
  });

  it('nothing installed: the list alone, nothing to pin, and no root is not found', async () => {
    const node = makeNode('plugins = off\n');
    const root = { luaRoot: node.luaRoot };
    expect(readEnvironment({ ...node, root }).variables).toEqual({ KONG_PLUGINS: 'off' });
    await expectError(() => readEnvironment({ ...node, root, pinnedPath: true }), 'NOT_FOUND');
    const missing = { luaRoot: join(node.directory, 'missing') };
    await expectError(() => readEnvironment({ ...node, root: missing }), 'NOT_FOUND');
  });
});
