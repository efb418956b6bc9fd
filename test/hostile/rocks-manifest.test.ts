import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checkRocks } from '../../src/install/check-rocks.ts';
import { expectError } from '../support/expect-error.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** The Lua root of a tree whose manifest says this. */
function makeTree(manifest: string): string {
  const tree = temporaryDirectory();
  mkdirSync(join(tree, 'lib/luarocks/rocks-5.1'), { recursive: true });
  writeFileSync(join(tree, 'lib/luarocks/rocks-5.1/manifest'), manifest);
  return join(tree, 'share/lua/5.1');
}

const LINKS = ['kong/plugins/one', 'resty/one.lua'];
const ENTRY = '   ["resty.one"] = {\n      "lua-one/1.0-1"\n   }\n';

it.each([
  ['begins its table again and again', 'modules = {\n'.repeat(350_000)],
  ['begins entries again and again', `modules = {\n${'   one = {\n'.repeat(400_000)}}\n`],
  ['is all blank lines', `modules = {\n   one = {\n${'\n'.repeat(4_000_000)}}\n`],
  ['is one line of quotes', `modules = {\n   ["${'"] = {'.repeat(600_000)}\n}\n`],
  ['is in the way of nothing', `commands = {}\nmodules = {}\nrepository = {\n${ENTRY}}\n`],
])('a manifest of LuaRocks that %s stops nobody', (_, manifest) => {
  expect(() => {
    checkRocks(makeTree(`${manifest}resty.one kong.plugins.one`), LINKS);
  }).not.toThrow();
});

it('a manifest with another table behind its modules counts', async () => {
  const luaRoot = makeTree(`modules = {\n${ENTRY}}\nrepository = {\n}\n`);
  const error = await expectError(() => {
    checkRocks(luaRoot, LINKS);
  }, 'NOT_OURS');
  expect(error.details).toMatchObject({ rock: 'lua-one/1.0-1' });
});
