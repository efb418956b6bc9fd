import { describe, expect, it } from 'vitest';
import type { PlannedFile } from '../../../src/content/extraction-plan.ts';
import { bundlePlugin } from '../../../src/plugin/bundle/bundle-plugin.ts';
import { readHandlerFacts, readSchemaName } from '../../../src/plugin/handler-facts.ts';
import { expectError } from '../../support/expect-error.ts';
import { HANDLER, SCHEMA, type Texts } from '../source-of.ts';

const bundle = (files: Texts): readonly PlannedFile[] =>
  bundlePlugin(
    'my-plugin',
    Object.entries({ 'handler.lua': HANDLER, 'schema.lua': SCHEMA, ...files }).map(
      ([path, text]) => ({ path: `kong/plugins/my-plugin/${path}`, bytes: Buffer.from(text) }),
    ),
  );
const textOf = (files: readonly PlannedFile[], name: string): string =>
  Buffer.from(files.find(({ path }) => path.endsWith(name))?.bytes ?? []).toString();

describe('a bundle', () => {
  it('of nothing more than handler and schema is what it was', () => {
    const files = bundle({});
    expect(files.map(({ path }) => path)).toEqual([
      'kong/plugins/my-plugin/handler.lua',
      'kong/plugins/my-plugin/schema.lua',
    ]);
    expect(textOf(files, 'handler.lua')).toBe(HANDLER);
    expect(textOf(files, 'schema.lua')).toBe(SCHEMA);
  });

  it('is two files whose facts can still be read, and the same each time', () => {
    const more = { 'a.lua': 'return 1', 'handler.lua': 'return {PRIORITY = 7, VERSION = "2.1"}' };
    const files = bundle(more);
    const [handler, schema] = files;
    expect(files).toHaveLength(2);
    expect(readHandlerFacts(handler?.bytes)).toEqual({ priority: 7, version: '2.1' });
    expect(readSchemaName(schema?.bytes)).toBe('my-plugin');
    expect(textOf(files, 'handler.lua')).toContain('"@kong/plugins/my-plugin/a.lua"');
    expect(bundle(more)).toEqual(files);
  });

  it.each([
    ['a require at the top', 'local a = require "kong.plugins.my-plugin.a"', ['a', 'b']],
    [
      'a require in a function',
      'local f = function() require "kong/plugins/my-plugin/b" end',
      ['b'],
    ],
    ['a computed name', 'local a = require("kong.plugins." .. "my-plugin.a")', ['a', 'b', 'c']],
    ['pcall', 'local a = pcall(require, "kong.plugins.my-plugin.c")', ['c']],
    ['another name for require', 'local r = require r("x")', ['a', 'b', 'c']],
    ['only modules of Kong', 'local t = require "kong.db.schema.typedefs"', []],
  ])('gives the schema what it needs: %s', (_, code, modules) => {
    const text = textOf(
      bundle({
        'a.lua': 'return require("kong.plugins.my-plugin.b")',
        'b.lua': 'return {}',
        'c.lua': 'return {}',
        'schema.lua': `${code}\n${SCHEMA}`,
      }),
      'schema.lua',
    );
    expect(
      [...text.matchAll(/preload\["kong\.plugins\.my-plugin\.(.)"\] =/g)].map(([, m]) => m),
    ).toEqual(modules);
  });
});

describe('is refused with', () => {
  it.each([
    ['daos.lua', 'return {}', 'looks for'],
    ['api.lua', 'return {}', 'looks for'],
    ['status_api.lua', 'return {}', 'looks for'],
    ['migrations/init.lua', 'return {}', 'looks for'],
    ['migrations/000_base.lua', 'return {}', 'looks for'],
    ['strategies/off/x.lua', 'return {}', 'looks for'],
    ['data.json', '{}', 'is no Lua module'],
    ['a.lua', 'local x = = 1', 'a.lua:1:'],
    ['a.lua', '\u001bLJ\u0002', 'a.lua:1:'],
    ['a.lua', '\nlocal f = loadfile("x")', 'a.lua:2 looks for files'],
    ['a.lua', 'dofile "x"', 'a.lua:1 looks for files'],
    ['a.lua', 'local p = package.searchpath("x", package.path)', 'a.lua:1 looks for files'],
    ['large.lua', `-- ${'x'.repeat(1024 * 1024 - 512)}`, 'more than 1048576'],
  ])('%s: %#', async (path, text, why) => {
    const error = await expectError(() => bundle({ [path]: text }), 'PLUGIN_REFUSED');
    expect(error.message).toContain('cannot be bundled');
    expect(error.message).toContain(why);
    expect(error.details['reason']).toBe('BUNDLE');
  });
});
