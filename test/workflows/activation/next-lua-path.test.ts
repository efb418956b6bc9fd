import { describe, expect, it } from 'vitest';
import type { KongNode } from '../../../src/kong/node/kong-node.ts';
import { nextLuaPath } from '../../../src/workflows/activation/next-lua-path.ts';

const ROOT = '/opt/plugins';
const PINNED = `${ROOT}/.kongcrate/generations`;

/** The setting of a node whose next generation is 12. */
function pathAfter(setting: string | undefined): string | undefined {
  const settings = new Map(setting === undefined ? [] : [['lua_package_path', setting]]);
  const node = { settings, luaPackagePath: setting ?? './?.lua;./?/init.lua;' };
  return nextLuaPath(node as unknown as KongNode, { luaRoot: ROOT, next: 12 });
}

describe('the Lua path of a node after a switch', () => {
  it.each([
    ['looks into the Lua root', `${ROOT}/?.lua;${ROOT}/?/init.lua;;`, undefined],
    ['looks elsewhere', '/other/?.lua;;', `${ROOT}/?.lua;${ROOT}/?/init.lua;/other/?.lua;;`],
    ['has no setting', undefined, `${ROOT}/?.lua;${ROOT}/?/init.lua;;`],
    [
      'names a generation',
      `${PINNED}/11/?.lua;${PINNED}/11/?/init.lua;/other/?.lua;;`,
      `${PINNED}/12/?.lua;${PINNED}/12/?/init.lua;/other/?.lua;;`,
    ],
  ])('%s', (_, before, after) => {
    expect(pathAfter(before)).toBe(after);
  });
});
