import { describe, expect, it } from 'vitest';
import { findPlugin } from '../../src/plugin/find-plugin.ts';
import { isKongModule } from '../../src/plugin/kong-modules.ts';
import { KONG_ROCKS } from '../../src/plugin/kong-rocks.ts';
import { provideDependencies } from '../../src/plugin/provide-dependencies.ts';
import { readRockspec } from '../../src/plugin/rockspec.ts';
import { GOOD, sourceOf } from './source-of.ts';

const HEAD = 'package = "kong-plugin-my-plugin"\nversion = "1.0.0-2"\n';
const factsOf = (rest: string): ReturnType<typeof readRockspec> =>
  readRockspec('x.rockspec', HEAD + rest);

describe('dependencies of a rockspec', () => {
  it('are names and constraints', () => {
    const { dependencies, notes } = factsOf(`dependencies = {
  "lua >= 5.1, < 5.4", "Penlight",
  "acme/Some.Rock ~>  1.2",
}`);
    expect(dependencies).toEqual([
      { name: 'lua', constraints: '>= 5.1, < 5.4', line: 4 },
      { name: 'penlight', constraints: '', line: 4 },
      { name: 'some.rock', namespace: 'acme', constraints: '~> 1.2', line: 5 },
    ]);
    expect(notes).toEqual([]);
  });

  it('are those of Linux', () => {
    const text = 'dependencies = { "a", platforms = { unix = { "a", "b" }, win32 = { "c" } } }';
    expect(factsOf(text).dependencies.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it.each([
    ['dependencies = { "a", f() }', ['a']],
    ['dependencies = { "a", "b/c/d" }', ['a']],
    ['dependencies = f()', []],
    ['dependencies = "a"', []],
  ])('that cannot be read are noted: %s', (text, known) => {
    const { dependencies, notes } = factsOf(text);
    expect(dependencies.map(({ name }) => name)).toEqual(known);
    expect(notes.map(({ rule, line }) => [rule, line])).toContainEqual([
      'rockspec-dependency-unknown',
      3,
    ]);
  });

  it('are provided by Kong, the package or nobody', () => {
    const names = [
      'lua',
      'kong',
      'penlight',
      'lua-resty-http',
      'lua-cjson',
      'luasocket',
      'inspect',
    ];
    const own = ['acme-lib', 'lua-tool', 'kong-plugin-my-plugin', 'lua-resty-own'];
    const paths = [
      'acme-lib.lua',
      'tool/init.lua',
      'kong/plugins/my-plugin/x.lua',
      'resty/own.lua',
    ];
    const all = [...names, ...own, 'xml2lua', 'lua-resty-openidc', 'kong-plugin-other'];
    const provided = provideDependencies(
      all.map((name) => ({ name, constraints: '', line: 1 })),
      paths,
    );
    expect(provided.map(({ providedBy }) => providedBy)).toEqual([
      ...names.map(() => 'kong'),
      ...own.map(() => 'package'),
      'nobody',
      'nobody',
      'nobody',
    ]);
  });

  it('names rocks of Kong by a module that Kong has', () => {
    expect([...KONG_ROCKS].filter(([, module]) => !isKongModule(module))).toEqual([]);
  });
});

describe('what a rockspec asks for and is left out', () => {
  it('is a warning with its line', () => {
    const { findings } = findPlugin(
      sourceOf({
        ...GOOD,
        'a.rockspec': `${HEAD}dependencies = { "lua >= 5.1",
 "xml2lua" }
external_dependencies = { SSL = { header = "ssl.h" } }
hooks = { post_install = "x.lua" }
build = { type = "none", install = {
  bin = { "x" }, conf = { "y" } } }`,
      }),
    );
    expect(findings.map(({ severity, rule, line }) => [severity, rule, line])).toEqual([
      ['warning', 'rockspec-file-left-out', 8],
      ['warning', 'rockspec-file-left-out', 8],
      ['warning', 'rockspec-external', 5],
      ['warning', 'rockspec-hook', 6],
      ['warning', 'rockspec-dependency-missing', 4],
    ]);
  });

  it('is an error for two files at one place', () => {
    const { findings } = findPlugin(
      sourceOf({
        ...GOOD,
        'a/init.lua': 'return 1',
        'b.lua': 'return 2',
        'a.rockspec': `${HEAD}build = { type = "builtin", modules = {
 acme = "a/init.lua",
 ["acme.init"] = "b.lua" } }`,
      }),
    );
    expect(findings).toMatchObject([
      { severity: 'error', rule: 'rockspec-module-twice', file: 'a.rockspec', line: 5 },
    ]);
  });
});
