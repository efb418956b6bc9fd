import { describe, expect, it } from 'vitest';
import { wholeOf } from '../../src/content/byte-source.ts';
import { findPlugin, listPluginNames, type FoundPlugin } from '../../src/plugin/find-plugin.ts';
import type { Finding } from '../../src/plugin/finding.ts';
import { readInstallable } from '../../src/plugin/read-installable.ts';
import { expectError } from '../support/expect-error.ts';
import {
  GOOD,
  HANDLER,
  planOf,
  pluginSource,
  rockspec,
  SCHEMA,
  sourceOf,
  type Texts,
} from './source-of.ts';

const paths = (files: FoundPlugin['files']): readonly string[] => files.map(({ path }) => path);
const rules = (findings: readonly Finding[]): readonly string[] =>
  findings.map(({ severity, rule, file, line }) => `${severity} ${rule} ${file}:${line}`);
const nested = (directory: string, files: Texts): Texts =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [`${directory}/${path}`, text]));

describe('the plugins of testdata', () => {
  it('hello-header: a kong/plugins tree with rockspec and README', () => {
    const plugin = findPlugin(pluginSource('hello-header'));
    expect(plugin).toMatchObject({ name: 'hello-header', version: '1.2.0', priority: 1000 });
    expect(plugin.rockspec).toMatchObject({ revision: 1, license: 'Apache-2.0' });
    expect(plugin.findings).toEqual([]);
    expect(paths(plugin.files)).toEqual([
      'kong/plugins/hello-header/handler.lua',
      'kong/plugins/hello-header/schema.lua',
    ]);
    expect(paths(plugin.extras).toSorted()).toEqual([
      'README.md',
      'kong-plugin-hello-header-1.2.0-1.rockspec',
    ]);
  });

  it('request-stamp: a bare directory, named by its schema', () => {
    const plugin = findPlugin(pluginSource('request-stamp'));
    expect(plugin).toMatchObject({ name: 'request-stamp', version: '0.3', priority: -10 });
    expect(plugin.findings).toEqual([]);
    expect(paths(plugin.files)).toEqual([
      'kong/plugins/request-stamp/handler.lua',
      'kong/plugins/request-stamp/schema.lua',
    ]);
    expect(paths(plugin.extras)).toEqual(['README.md']);
  });

  it('quota-notes: sub-modules, daos and migrations', () => {
    const plugin = findPlugin(pluginSource('quota-notes'));
    expect(plugin).toMatchObject({ name: 'quota-notes', version: 'v2.0.1', priority: 850 });
    expect(plugin.findings).toEqual([]);
    expect(paths(plugin.files)).toEqual([
      'kong/plugins/quota-notes/daos.lua',
      'kong/plugins/quota-notes/handler.lua',
      'kong/plugins/quota-notes/migrations/000_base_quota_notes.lua',
      'kong/plugins/quota-notes/migrations/init.lua',
      'kong/plugins/quota-notes/notes.lua',
      'kong/plugins/quota-notes/schema.lua',
    ]);
  });

  it.each(['hello-header', 'request-stamp', 'quota-notes'])(
    '%s installs as packed',
    async (name) => {
      const { files, version, priority } = findPlugin(pluginSource(name));
      const plan = planOf(
        Object.fromEntries(files.map(({ path, bytes }) => [path, wholeOf(bytes)])),
      );
      const expected = { name, version, priority, files: plan.files };
      expect(await readInstallable(plan, { name })).toMatchObject(expected);
    },
  );

  it('come out the same from one directory further up and in any order', () => {
    const source = pluginSource('hello-header').map((file) => ({
      ...file,
      path: `kong-plugin-hello-header/${file.path}`,
    }));
    const above = findPlugin(source.toReversed());
    const { files, version } = findPlugin(pluginSource('hello-header'));
    expect(above).toMatchObject({ files, version, findings: [] });
  });
});

describe('the name', () => {
  const bare = { 'handler.lua': HANDLER, 'schema.lua': 'return build()' };

  it.each([
    ['the directory', { ...GOOD, 'a-1.0-1.rockspec': rockspec('other', '1.0-1') }, 'my-plugin'],
    ['the rockspec', { ...bare, 'a.rockspec': rockspec('rocky', '1.0-1') }, 'rocky'],
    [
      "the rockspec's handler",
      {
        ...bare,
        'a.rockspec': rockspec('rocky', '1-1', '["kong.plugins.inner.handler"] = "handler.lua"'),
      },
      'inner',
    ],
    ['the schema', { ...bare, 'schema.lua': SCHEMA }, 'my-plugin'],
  ])('is that of %s', (_, files: Texts, name) => {
    expect(findPlugin(sourceOf(files)).name).toBe(name);
    expect(findPlugin(sourceOf(files), { name }).name).toBe(name);
  });

  it('must be given where the source has none', async () => {
    const error = await expectError(() => findPlugin(sourceOf(bare)), 'USAGE');
    expect(error.remedy).toContain('--plugin NAME');
    expect(findPlugin(sourceOf(bare), { name: 'given' }).name).toBe('given');
  });

  it('must be the one that is expected, and one that Kong can load', async () => {
    await expectError(() => findPlugin(sourceOf(GOOD), { name: 'other' }), 'PLUGIN_REFUSED');
    for (const name of ['a/b', '..', 'my.plugin', '-x', 'a,b', 'a b', ''])
      await expectError(() => findPlugin(sourceOf(bare), { name }), 'PLUGIN_REFUSED');
  });
});

describe('the version', () => {
  const computed = { ...GOOD, 'kong/plugins/my-plugin/handler.lua': 'return make()' };
  const released = { 'a.rockspec': rockspec('my-plugin', '2.0.0-3') };

  it.each([
    ["the rockspec's without revision", { ...GOOD, ...released }, '2.0.0'],
    ["the handler's", GOOD, '1.0.0'],
    [
      "the handler's beside a rockspec for development",
      { ...GOOD, 'a.rockspec': rockspec('my-plugin', 'scm-1') },
      '1.0.0',
    ],
  ])('is %s', (_, files: Texts, version) => {
    expect(findPlugin(sourceOf(files)).version).toBe(version);
  });

  it('must be given where the source has none', async () => {
    const error = await expectError(() => findPlugin(sourceOf(computed)), 'USAGE');
    expect(error.remedy).toContain('--version');
    expect(findPlugin(sourceOf(computed), { version: '3.1' }).version).toBe('3.1');
  });

  it('must be the one that is given, and usable as a file name', async () => {
    await expectError(() => findPlugin(sourceOf(GOOD), { version: '1.0.1' }), 'PLUGIN_REFUSED');
    for (const version of ['../1', '1.0 beta', '', '1\n2'])
      await expectError(() => findPlugin(sourceOf(computed), { version }), 'PLUGIN_REFUSED');
  });

  it('is not asked for where Kong would refuse the handler anyway', async () => {
    const files = { ...GOOD, 'kong/plugins/my-plugin/handler.lua': 'return { PRIORITY = 1 }' };
    const error = await expectError(() => findPlugin(sourceOf(files)), 'PLUGIN_REFUSED');
    expect(error.message).toContain(
      'kong/plugins/my-plugin/handler.lua:1: Plugin "my-plugin" cann',
    );
  });

  it('of the rockspec and of the handler should agree', () => {
    const { findings } = findPlugin(sourceOf({ ...GOOD, ...released }));
    expect(rules(findings)).toEqual(['warning version-differs a.rockspec:1']);
  });
});

describe('the place', () => {
  it('may be a sub-directory', () => {
    const { files } = findPlugin(sourceOf(nested('plugin', GOOD)));
    expect(paths(files)).toEqual(Object.keys(GOOD));
    expect(paths(findPlugin(sourceOf(nested('a/b/c', GOOD))).files)).toEqual(Object.keys(GOOD));
  });

  it.each([
    ['two trees', { ...GOOD, ...nested('copy', GOOD) }, 'copy/kong/plugins/my-plugin/'],
    ['a bare one and a tree', { ...GOOD, 'handler.lua': HANDLER }, '.'],
    [
      'two by rockspec',
      {
        'a.lua': HANDLER,
        'x.rockspec': rockspec(
          'x',
          '1-1',
          '["kong.plugins.a.handler"] = "a.lua", ["kong.plugins.b.handler"] = "a.lua"',
        ),
      },
      'kong/plugins/b/',
    ],
  ])('cannot be %s', async (_, files: Texts, listed) => {
    const error = await expectError(() => findPlugin(sourceOf(files)), 'PLUGIN_REFUSED');
    expect(error.details['plugins']).toContain(listed);
  });

  it('is that of the one of several plugins that was asked for', async () => {
    const more = { 'kong/plugins/b/handler.lua': HANDLER, 'kong/plugins/b/schema.lua': SCHEMA };
    const source = sourceOf({ ...GOOD, ...more });
    expect(paths(findPlugin(source, { name: 'b' }).files)).toEqual(Object.keys(more));
    for (const name of ['c', undefined]) {
      const options = name === undefined ? {} : { name };
      const error = await expectError(() => findPlugin(source, options), 'PLUGIN_REFUSED');
      expect(error.message).toContain('b in kong/plugins/b/, my-plugin in kong/plugins/my-plugin/');
      expect(error.remedy).toContain('--plugin NAME');
    }
    expect(listPluginNames(source)).toEqual(['b', 'my-plugin']);
  });

  it('is told neither by name nor for all where two plugins have one name', async () => {
    const source = sourceOf({ ...GOOD, ...nested('copy', GOOD) });
    const asked = (): unknown => findPlugin(source, { name: 'my-plugin' });
    for (const act of [asked, () => listPluginNames(source)]) {
      const error = await expectError(act, 'PLUGIN_REFUSED');
      expect(error.message).toContain(
        'several plugins named my-plugin: copy/kong/plugins/my-plugin/',
      );
    }
  });

  it.each([
    ['nothing', {}],
    ['a backup', nested('Old-backups/b', GOOD)],
    ['among the tests', nested('spec', GOOD)],
    ['hidden', nested('.git', GOOD)],
  ])('is not %s', async (_, files: Texts) => {
    const error = await expectError(() => findPlugin(sourceOf(files)), 'PLUGIN_REFUSED');
    expect(error.details['reason']).toBe('NO_PLUGIN');
  });

  it('is known by a schema alone, so that the missing handler is named', () => {
    const source = sourceOf({ 'kong/plugins/x/schema.lua': 'return { name = "x", fields = {} }' });
    const error = (): unknown => findPlugin(source);
    expect(error).toThrow('there is no kong/plugins/x/handler.lua');
    expect(rules(findPlugin(source, { version: '1' }).findings)).toEqual([
      'error handler-missing kong/plugins/x/handler.lua:1',
    ]);
  });
});
