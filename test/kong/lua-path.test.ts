import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { addToLuaPath } from '../../src/kong/edit-lua-path.ts';
import {
  findsPlugin,
  isOnLuaPath,
  prependRoot,
  rootTemplates,
  searchedBy,
} from '../../src/kong/lua-path.ts';
import { expectError } from '../support/expect-error.ts';
import { describeWithPeers, peer } from '../support/peers.ts';
import { run } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const ROOT = '/opt/lua/?.lua;/opt/lua/?/init.lua;';

it.each([
  ['', `lua_package_path = ${ROOT};\n`],
  ['a = 1\n[s]\n', `a = 1\nlua_package_path = ${ROOT};\n[s]\n`],
  ['lua_package_path = ./?.lua;; # c\n', `lua_package_path = ${ROOT}./?.lua;; # c\n`],
  ['lua-package.path=/x/?.lua\r\n', `lua-package.path=${ROOT}/x/?.lua\r\n`],
  ['lua_package_path = \n', `lua_package_path = ${ROOT};\n`],
  ['lua_package_path = # c\n', `lua_package_path = ${ROOT}; # c\n`],
  ['lua_package_path = \\\n  /x/?.lua\n', `lua_package_path = \\\n  ${ROOT}/x/?.lua\n`],
  ['lua_package_path = /opt/lua/?.lua;;\n', `lua_package_path = ${ROOT}/opt/lua/?.lua;;\n`],
])('the root comes first, and what was there stays: %j', (conf, edited) => {
  expect(addToLuaPath(conf, '/opt/lua')).toBe(edited);
  expect(addToLuaPath(edited, '/opt/lua')).toBe(edited);
});

it('a root with # or umlauts is written as Kong reads it', () => {
  const edited = addToLuaPath('', '/opt/grün#1');
  expect(Buffer.from(edited, 'latin1').toString()).toContain('= /opt/grün\\#1/?.lua;');
  expect(addToLuaPath(edited, '/opt/grün#1')).toBe(edited);
});

it.each(['/a;b', '/a?', "/it's", '/a"b', '/a\\b', '/$a', '/a\nb'])(
  'a root that no path can hold is refused: %j',
  async (root) => {
    await expectError(() => rootTemplates(root), 'USAGE');
  },
);

it('the root that Kong always searches needs no setting, nor does a link to one that it searches', () => {
  expect(isOnLuaPath('/usr/local/share/lua/5.1', '')).toBe(true);
  expect(isOnLuaPath('/opt/lua', './?.lua;;')).toBe(false);
  expect(isOnLuaPath('/opt/lua', `./?.lua;${ROOT};`)).toBe(true);
  const directory = temporaryDirectory();
  const link = join(directory, 'link');
  mkdirSync(join(directory, 'real'));
  symlinkSync('real', link);
  expect(isOnLuaPath(link, rootTemplates(join(directory, 'real')))).toBe(true);
});

it('the path of every Kong comes after the setting', () => {
  expect(searchedBy('/a/?.lua')).toBe(
    '/a/?.lua;/usr/local/share/lua/5.1/?.lua;/usr/local/share/lua/5.1/?/init.lua;',
  );
});

it('a plugin is found where handler and schema are, as files or as init.lua', () => {
  const root = temporaryDirectory();
  const plugin = join(root, 'kong/plugins/x');
  mkdirSync(join(plugin, 'handler'), { recursive: true });
  writeFileSync(join(plugin, 'handler/init.lua'), '');
  expect(findsPlugin('x', rootTemplates(root))).toBe(false);
  writeFileSync(join(plugin, 'schema.lua'), '');
  expect(findsPlugin('x', rootTemplates(root))).toBe(true);
  expect(findsPlugin('x', `${root}/?.lua`)).toBe(false);
});

describeWithPeers(['luajit'], 'luajit', () => {
  it('finds modules over a path that begins with the root, and the others as before', async () => {
    const root = temporaryDirectory();
    mkdirSync(join(root, 'kong/plugins/x/schema'), { recursive: true });
    writeFileSync(join(root, 'kong/plugins/x/handler.lua'), 'return "handler"');
    writeFileSync(join(root, 'kong/plugins/x/schema/init.lua'), 'return "schema"');
    const script = `print(require("kong.plugins.x.handler"), require("kong.plugins.x.schema"),
      package.path:find("./?.lua", 1, true) ~= nil)`;
    const env = { LUA_PATH: prependRoot(root, undefined) };
    const { stdout, stderr } = await run(peer('luajit'), ['-e', script], { env });
    expect(stderr).toBe('');
    expect(stdout).toBe('handler\tschema\ttrue\n');
  });
});
