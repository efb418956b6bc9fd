import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { copyPlugins } from '../../src/install/copy-plugins.ts';
import { installPlugins } from '../../src/install/install-plugins.ts';
import { expectError } from '../support/expect-error.ts';
import { listTree } from '../support/list-tree.ts';
import { compareVersions, makeInstallable } from '../support/make-installable.ts';
import { runPeer } from '../support/must-succeed.ts';
import { describeWithPeers } from '../support/peers.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { installed } from './look-at-node.ts';

const ROCKSPEC = `package = "kong-plugin-rocky"
version = "1.0-1"
source = { url = "git://example.com/rocky" }
build = {
  type = "builtin",
  modules = {
    ["kong.plugins.rocky.handler"] = "a.lua",
    ["kong.plugins.rocky.schema"] = "b.lua",
    ["resty.rocky"] = "c.lua",
    ["resty.nested.init"] = "d.lua",
    plain = "e.lua",
  },
  install = { lua = { ["resty.words.json"] = "words.json" } },
}
`;

let tree: string;
let luaRoot: string;

const others = (): readonly string[] =>
  listTree(luaRoot).filter((line) => !line.startsWith('.kongcrate'));

const files = (...paths: readonly string[]): Record<string, string> =>
  Object.fromEntries([...paths, 'kong/plugins/mine/handler.lua'].map((path) => [path, 'return 1']));

const install = (name: string, texts: Record<string, string>): Promise<unknown> =>
  installPlugins({ luaRoot }, [makeInstallable({ name, version: '1', files: texts })], {
    compareVersions,
    adopt: true,
  });

describeWithPeers(['luarocks'], 'a Lua root that LuaRocks uses too', () => {
  const made = join(temporaryDirectory(), 'tree');
  beforeAll(async () => {
    const source = temporaryDirectory();
    // One file a module: LuaRocks installs a file only once.
    for (const name of 'abcde') writeFileSync(join(source, `${name}.lua`), 'return {}\n');
    writeFileSync(join(source, 'words.json'), '{}\n');
    writeFileSync(join(source, 'kong-plugin-rocky-1.0-1.rockspec'), ROCKSPEC);
    const args = ['--lua-version', '5.1', '--tree', made, 'make', '--deps-mode', 'none'];
    await runPeer('luarocks', [...args, 'kong-plugin-rocky-1.0-1.rockspec'], { cwd: source });
  });
  beforeEach(() => {
    tree = join(temporaryDirectory(), 'tree');
    cpSync(made, tree, { recursive: true });
    luaRoot = join(tree, 'share/lua/5.1');
  });

  it.each([
    ['the same plugin', 'rocky', ['kong/plugins/rocky/handler.lua'], 'kong/plugins/rocky'],
    ['a module of it', 'mine', ['resty/rocky.lua'], 'resty/rocky.lua'],
    ['an init module', 'mine', ['resty/nested/init.lua'], 'resty/nested/init.lua'],
    ['a module at the top', 'mine', ['plain.lua'], 'plain.lua'],
    ['a file that is no module', 'mine', ['resty/words/words.json'], 'resty/words/words.json'],
  ])('keeps %s, even from --adopt and --copy', async (_, name, paths, path) => {
    const before = others();
    const error = await expectError(() => install(name, files(...paths)), 'NOT_OURS');
    expect(error.details).toEqual({
      reason: 'LUAROCKS',
      path: join(luaRoot, path),
      rock: 'kong-plugin-rocky/1.0-1',
    });
    expect(error.remedy).toContain(`luarocks remove --tree ${tree} kong-plugin-rocky`);
    const copied = makeInstallable({ name, version: '1', files: files(...paths) });
    await expectError(() => copyPlugins({ luaRoot }, [copied], {}), 'NOT_OURS');
    expect(others()).toEqual(before);
  });

  it('keeps what its manifest holds and somebody deleted', async () => {
    rmSync(join(luaRoot, 'resty/rocky.lua'));
    const error = await expectError(() => install('mine', files('resty/rocky.lua')), 'NOT_OURS');
    expect(error.details).toMatchObject({ reason: 'LUAROCKS' });
  });

  it('is shared by modules with names that only begin alike', async () => {
    await install(
      'mine',
      files('resty/rocky/more.lua', 'resty/nested.lua', 'plain2.lua', 'rest.lua'),
    );
    await install('rock', { 'kong/plugins/rock/handler.lua': '' });
    expect(installed(luaRoot)).toEqual(['mine 1', 'rock 1']);
  });

  it('is free for the plugin once the rock is removed, as the remedy says', async () => {
    const error = await expectError(
      () => install('rocky', { 'kong/plugins/rocky/handler.lua': '' }),
      'NOT_OURS',
    );
    const command = /luarocks (remove .*)$/.exec(error.remedy)?.[1] ?? '';
    await runPeer('luarocks', ['--lua-version', '5.1', ...command.split(' ')]);
    await install('rocky', { 'kong/plugins/rocky/handler.lua': '' });
    expect(installed(luaRoot)).toEqual(['rocky 1']);
  });

  it('is not looked for where a tree of LuaRocks does not end', async () => {
    luaRoot = join(tree, 'share/lua/5.1/elsewhere');
    mkdirSync(luaRoot);
    await install('rocky', { 'kong/plugins/rocky/handler.lua': '' });
  });
});
