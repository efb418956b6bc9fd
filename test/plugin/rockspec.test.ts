import { describe, expect, it } from 'vitest';
import { readRockspec } from '../../src/plugin/rockspec.ts';
import { expectError } from '../support/expect-error.ts';

const HEAD = 'package = "kong-plugin-x"\nversion = "1.0.0-2"\n';

describe('readRockspec', () => {
  it('reads literals and ignores what it does not need', () => {
    const facts = readRockspec(
      'x.rockspec',
      `${HEAD}source = { url = os.getenv("URL") }
description = { summary = "s", homepage = "https://x", license = "MIT", detailed = f() }
build = { type = "builtin", modules = {
  ["kong.plugins.x.handler"] = "src/handler.lua",
  lib = [[lib.lua]],
} }`,
    );
    expect(facts).toEqual({
      path: 'x.rockspec',
      package: 'kong-plugin-x',
      version: '1.0.0',
      revision: 2,
      modules: new Map([
        ['kong.plugins.x.handler', 'src/handler.lua'],
        ['lib', 'lib.lua'],
      ]),
      moduleLines: new Map([
        ['kong.plugins.x.handler', 6],
        ['lib', 7],
      ]),
      summary: 's',
      homepage: 'https://x',
      license: 'MIT',
    });
  });

  it("follows constant locals and `..`, as Kong's own plugin template needs", () => {
    const facts = readRockspec(
      'x.rockspec',
      `local plugin_name = "x"
local package_name = "kong-plugin-" .. plugin_name
local package_version = "0.1.0"
local rockspec_revision = "1"
package = package_name
version = package_version .. "-" .. rockspec_revision
build = { modules = { ["kong.plugins." .. plugin_name .. ".handler"] = "kong/" .. plugin_name .. ".lua" } }`,
    );
    expect(facts).toMatchObject({ package: 'kong-plugin-x', version: '0.1.0', revision: 1 });
    expect([...facts.modules]).toEqual([['kong.plugins.x.handler', 'kong/x.lua']]);
  });

  it.each([
    ['version = "1-1"', 'x.rockspec:1: package is not set'],
    ['package = "x"\nversion = ver()', 'x.rockspec:2: version is computed'],
    ['package = "x"\nversion = 1', 'x.rockspec:2: version is computed'],
    [`local p = f()\npackage = p:match("b")\nversion = "1-1"`, 'x.rockspec:2: package is comp'],
    ['package = ("x"):match("[")\nversion = "1-1"', 'x.rockspec:1: package is computed'],
    ['package = ("x"):match("y")\nversion = "1-1"', 'x.rockspec:1: package is not set'],
    ['if a then package = "x" end\nversion = "1-1"', 'x.rockspec:1: package is computed'],
    [`${HEAD}build = { modules = list() }`, 'x.rockspec:3: build.modules is computed'],
    [`${HEAD}build = f()`, 'x.rockspec:3: build.modules is computed'],
    [`${HEAD}build = { modules = {\n "a.lua" } }`, 'x.rockspec:4: build.modules[1] has no'],
    [`${HEAD}build = { modules = {\n a = f() } }`, 'x.rockspec:4: build.modules["a"] is computed'],
    [
      `${HEAD}build = { modules = {\n a = "a.c" } }`,
      'x.rockspec:4: build.modules["a"] is built fro',
    ],
    [`${HEAD}build = { modules = {\n a = { "a.c" } } }`, 'x.rockspec:4: build.modules["a"] is bui'],
    [
      `${HEAD}build = { modules = {\n ["../a"] = "a.lua" } }`,
      'x.rockspec:4: build.modules["../a"] ',
    ],
    [`${HEAD}build = {`, 'x.rockspec:3: '],
    [
      `version = "1-1"\nlocal a = "xxxxxxxx"\n${'a = a .. a\n'.repeat(60)}package = a`,
      'package is computed',
    ],
  ])('refuses rockspec %#', async (text, message) => {
    const error = await expectError(() => readRockspec('x.rockspec', text), 'PLUGIN_REFUSED');
    expect(error.message).toContain(message);
  });
});
