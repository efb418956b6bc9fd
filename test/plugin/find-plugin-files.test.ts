import { describe, expect, it } from 'vitest';
import { findPlugin, type FoundPlugin } from '../../src/plugin/find-plugin.ts';
import { describeFinding, type Finding } from '../../src/plugin/finding.ts';
import type { SourceFile } from '../../src/plugin/source-file.ts';
import { expectError } from '../support/expect-error.ts';
import { GOOD, HANDLER, rockspec, SCHEMA, sourceOf, type Texts } from './source-of.ts';

const paths = (files: FoundPlugin['files']): readonly string[] => files.map(({ path }) => path);
const rules = (findings: readonly Finding[]): readonly string[] =>
  findings.map(({ severity, rule, file, line }) => `${severity} ${rule} ${file}:${line}`);

describe('what is packed', () => {
  const own = 'kong/plugins/my-plugin';

  it('leaves out hidden files, leftovers, tests and what .kongcrateignore names', () => {
    const junk = ['.DS_Store', '._a', '.wh.x', 'a.lua~', 'a.orig', 'b.rej', '.env', '.npmrc'];
    const below = ['spec/a.lua', 'lib/spec/a.lua', 'node_modules/x/a.lua', '.git/config'];
    const out = [...junk, ...below, 'notes.txt', 'tmp/x'].map((path) => [`${own}/${path}`, 'x']);
    const { files, findings } = findPlugin(
      sourceOf({
        ...GOOD,
        ...(Object.fromEntries(out) as Texts),
        [`${own}/data.json`]: '{}',
        'other.lua': '',
        '.kongcrateignore': '*.txt\ntmp/\n',
      }),
    );
    expect(findings).toEqual([]);
    expect(paths(files)).toEqual(
      ['data.json', 'handler.lua', 'schema.lua'].map((f) => `${own}/${f}`),
    );
  });

  it('leaves out what a .kongcrateignore at the root of the tree names, relative to it', () => {
    const files: Texts = {
      ...GOOD,
      [`${own}/keep.txt`]: '',
      [`${own}/notes.md`]: '',
      '.kongcrateignore': `/${own}/*.md\n`,
    };
    const below = Object.fromEntries(
      Object.entries(files).map(([path, text]) => [`demo/${path}`, text]),
    );
    const expected = ['handler.lua', 'keep.txt', 'schema.lua'].map((file) => `${own}/${file}`);
    expect(paths(findPlugin(sourceOf(files)).files)).toEqual(expected);
    expect(paths(findPlugin(sourceOf(below)).files)).toEqual(expected);
    const both = { ...below, '.kongcrateignore': '*.txt' };
    expect(paths(findPlugin(sourceOf(both)).files)).toEqual(Object.keys(GOOD));
    const elsewhere = { ...below, 'kong/.kongcrateignore': '*', 'docs/.kongcrateignore': '*' };
    expect(paths(findPlugin(sourceOf(elsewhere)).files)).toEqual(expected);
  });

  it('leaves out what a .kongcrateignore beside a handler or a rockspec names', () => {
    const bare = { 'handler.lua': HANDLER, 'schema.lua': SCHEMA, Makefile: '' };
    const files: Texts = { ...bare, '.kongcrateignore': 'Makefile' };
    const deep = Object.fromEntries(
      Object.entries(files).map(([path, text]) => [`a/b/${path}`, text]),
    );
    for (const source of [files, deep])
      expect(paths(findPlugin(sourceOf(source)).files)).toEqual(Object.keys(GOOD));
  });

  it('has a plugin named spec, without its tests', () => {
    const spec = 'kong/plugins/spec';
    const { files } = findPlugin(
      sourceOf({
        [`${spec}/handler.lua`]: HANDLER,
        [`${spec}/schema.lua`]: SCHEMA,
        [`${spec}/spec/a.lua`]: '',
        'spec/kong/plugins/spec/handler.lua': '',
      }),
    );
    expect(paths(files)).toEqual([`${spec}/handler.lua`, `${spec}/schema.lua`]);
  });

  it('leaves out, and says so, what was written into the plugin', () => {
    const outputs = ['dist/', 'a.tar.gz'].map((path): SourceFile => ({
      path: `${own}/${path}`,
      kind: 'own-output',
      bytes: Buffer.alloc(0),
    }));
    const outside: SourceFile = { path: 'b.tgz', kind: 'own-output', bytes: Buffer.alloc(0) };
    const { files, findings } = findPlugin([...sourceOf(GOOD), ...outputs, outside]);
    expect(paths(files)).toEqual(Object.keys(GOOD));
    expect(findings.map(describeFinding)).toEqual([
      expect.stringMatching(`^${own}/dist/: .* it is an OCI layout`),
      expect.stringMatching(`^${own}/a.tar.gz:1: `),
    ]);
    expect(findings).toMatchObject([
      { severity: 'warning', rule: 'own-output' },
      { severity: 'warning', rule: 'own-output' },
    ]);
  });

  it('leaves side files of a bare directory out, but no modules of such names', () => {
    const side = { README: '', 'LICENSE.txt': '', 'INSTALL.md': '' };
    const { files, extras } = findPlugin(
      sourceOf({ 'handler.lua': HANDLER, 'schema.lua': SCHEMA, 'license.lua': '', ...side }),
    );
    expect(paths(files)).toContain(`${own}/license.lua`);
    expect(files).toHaveLength(3);
    expect(paths(extras)).toEqual(Object.keys(side));
  });

  it("follows LuaRocks' rule for modules outside the directory", () => {
    const modules = `
      ["resty.acme-foo"] = "src/foo.lua", ["acme"] = "./src/init.lua",
      ["acme.init"] = "src/init.lua", ["${own.replaceAll('/', '.')}.extra"] = "src/foo.lua"`;
    const { files, findings } = findPlugin(
      sourceOf({
        ...GOOD,
        'src/foo.lua': 'return 1',
        'src/init.lua': 'return 2',
        'a.rockspec': rockspec('my-plugin', '1.0.0-1', modules),
      }),
    );
    expect(findings.map(({ rule }) => rule)).toEqual(['rockspec-source-shared']);
    expect(paths(files)).toEqual([
      'acme/init.lua',
      `${own}/extra.lua`,
      `${own}/handler.lua`,
      `${own}/schema.lua`,
      'resty/acme-foo.lua',
    ]);
  });

  it('is what the rockspec says where there is no directory', () => {
    const modules = `["kong.plugins.my-plugin.handler"] = "src/handler.lua",
      ["kong.plugins.my-plugin.schema"] = "src/schema.lua"`;
    const plugin = findPlugin(
      sourceOf({
        'src/handler.lua': HANDLER,
        'src/schema.lua': SCHEMA,
        'a.rockspec': rockspec('x', '1.0.0-1', modules),
      }),
    );
    expect(plugin.name).toBe('my-plugin');
    expect(plugin.findings).toEqual([]);
    expect(paths(plugin.files)).toEqual(Object.keys(GOOD));
  });

  it.each([
    ['["a.b"] = "gone.lua"', 'error rockspec-module-missing a.rockspec:4'],
    ['["a.b"] = "../a.lua"', 'error rockspec-module-missing a.rockspec:4'],
    ['["resty.http"] = "a.lua"', 'error shadows-kong a.rockspec:4'],
    ['["kong.tools.new"] = "a.lua"', 'error shadows-kong a.rockspec:4'],
    ['["kong.plugins.jwt.extra"] = "a.lua"', 'error shadows-kong a.rockspec:4'],
    [
      '["kong.plugins.my-plugin.schema"] = "a.lua"',
      'warning rockspec-module-differs a.rockspec:4',
      'warning rockspec-file-unlisted a.rockspec:3',
    ],
  ])('has findings for %s', (module, ...expected) => {
    const files = { ...GOOD, 'a.lua': '', 'a.rockspec': rockspec('x', '1.0.0-1', module) };
    expect(rules(findPlugin(sourceOf(files)).findings)).toEqual(expected);
  });

  it('takes library directories along that the plugin requires, and theirs', () => {
    const { files, findings } = findPlugin(
      sourceOf({
        ...GOOD,
        [`${own}/lazy.lua`]: 'return function() return require "kong.plugins.lib-a.x" end',
        'kong/plugins/lib-a/x.lua': 'require "kong.plugins.lib-b.y" require "kong.plugins.jwt.z"',
        'kong/plugins/lib-b/y.lua': '',
        'kong/plugins/lib-c/unused.lua': '',
        'kong/plugins/jwt/z.lua': '',
      }),
    );
    expect(findings).toEqual([]);
    expect(paths(files)).toContain('kong/plugins/lib-a/x.lua');
    expect(paths(files)).toContain('kong/plugins/lib-b/y.lua');
    expect(files).toHaveLength(5);
  });

  it('has no module of another plugin', () => {
    const module = '["kong.plugins.other.schema"] = "a.lua"';
    const files = { ...GOOD, 'a.lua': '', 'a.rockspec': rockspec('x', '1.0.0-1', module) };
    expect(rules(findPlugin(sourceOf(files)).findings)).toEqual(['error other-plugin a.lua:1']);
  });

  it('has no use for the rockspec of a plugin that is not there', () => {
    const module = '["kong.plugins.gone.handler"] = "gone.lua"';
    const { findings, rockspec: used } = findPlugin(
      sourceOf({ ...GOOD, 'a.rockspec': rockspec('gone', '2.0-1', module) }),
    );
    expect(rules(findings)).toEqual(['warning rockspec-unused a.rockspec:1']);
    expect(used).toBeUndefined();
  });

  it('has nothing to do with old rockspecs kept in a directory', () => {
    const { findings, rockspec: used } = findPlugin(
      sourceOf({ ...GOOD, 'rockspecs/a.rockspec': '', 'rockspecs/b.rockspec': '' }),
    );
    expect(findings).toEqual([]);
    expect(used).toBeUndefined();
  });

  it('cannot be said with several rockspecs', async () => {
    const [a, b] = [rockspec('a', '1-1'), rockspec('b', '1-1')];
    const files = { ...GOOD, 'a.rockspec': a, 'b.rockspec': b };
    const error = await expectError(() => findPlugin(sourceOf(files)), 'PLUGIN_REFUSED');
    expect(error.details['rockspecs']).toEqual(['a.rockspec', 'b.rockspec']);
    const ignored = { ...files, '.kongcrateignore': '*.rockspec' };
    expect(findPlugin(sourceOf(ignored)).name).toBe('my-plugin');
  });
});
