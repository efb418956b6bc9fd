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
      build: {
        line: 5,
        type: 'builtin',
        modules: [
          { name: 'kong.plugins.x.handler', from: 'src/handler.lua', line: 6 },
          { name: 'lib', from: 'lib.lua', line: 7 },
        ],
        installed: [],
        directories: [],
      },
      dependencies: [],
      notes: [],
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
    expect(facts.build.modules).toEqual([
      { name: 'kong.plugins.x.handler', from: 'kong/x.lua', line: 7 },
    ]);
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
    [`${HEAD}build = f()`, 'x.rockspec:3: build is computed'],
    [`${HEAD}build = { type = "make" }`, 'x.rockspec:3: build.type "make" runs programs'],
    [`${HEAD}build = { type = "rust-mlua" }`, 'build.type "rust-mlua" runs programs'],
    [`${HEAD}build = { type = f() }`, 'x.rockspec:3: build.type is computed'],
    [`${HEAD}build = { type = "none",\npatches = { a = "b" } }`, 'x.rockspec:4: build.patches is'],
    [`${HEAD}build = { extra_files = { a = "b" } }`, 'x.rockspec:3: build.extra_files is not'],
    [`${HEAD}build = { install = { lib = { "a.so" } } }`, 'build.install.lib is not supported'],
    [`${HEAD}build = { install = { lua = f() } }`, 'build.install.lua is computed'],
    [`${HEAD}build = { install = f() }`, 'x.rockspec:3: build.install is computed'],
    [`${HEAD}build = { install = { lua = { [f()] = "a.lua" } } }`, 'build.install.lua is computed'],
    [`${HEAD}build = { install = { lua = { ["a-"..b] = 1 } } }`, 'build.install.lua is computed'],
    [`${HEAD}build = { install = { lua = { ["a b"] = "a.lua" } } }`, '["a b"] is no module name'],
    [`${HEAD}build = { copy_directories = "doc" }`, 'build.copy_directories is computed'],
    [`${HEAD}build = { copy_directories = { f() } }`, 'build.copy_directories is computed'],
    [
      `${HEAD}build = { modules = {}, platforms = { linux = { modules = {\n a = "a.c" } } } }`,
      'x.rockspec:4: build.modules["a"] is built from C sources',
    ],
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
