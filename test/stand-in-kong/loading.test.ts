/** KONG.md 1.1: what Kong demands of a plugin when a node starts, and its own words. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { describeWithPeers } from '../support/peers.ts';
import { openDirectory, startKong } from '../support/stand-in-kong/start-kong.ts';

const HANDLER = 'return { PRIORITY = 1, VERSION = "1.0.0" }';
const SCHEMA =
  'return { name = "any", fields = { { config = { type = "record", fields = {} } } } }';

/** A Lua root with these modules: texts by path below `kong/plugins`. */
function makeRoot(files: Readonly<Record<string, string>>): string {
  const root = openDirectory();
  for (const [path, text] of Object.entries(files)) {
    const file = join(root, 'kong/plugins', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return root;
}

const withPriority = (value: string): string => `return { PRIORITY = ${value}, VERSION = "1" }`;
const withVersion = (value: string): string => `return { PRIORITY = 1, VERSION = ${value} }`;
const BOTH_FILTERS =
  'local f = function() end return { PRIORITY = 1, VERSION = "1", response = f, body_filter = f }';

/** Plugins that Kong refuses one by one: handler, schema, and what it says of them. */
const REFUSED: readonly (readonly [string | undefined, string | undefined, string])[] = [
  [withPriority('1.5'), SCHEMA, 'its PRIORITY field is not a valid integer number, got: "1.5".'],
  [withPriority('"1"'), SCHEMA, 'its PRIORITY field is not a valid integer number, got: "1".'],
  [withPriority('1/0'), SCHEMA, 'its PRIORITY field is not a valid integer number, got: "inf".'],
  [withVersion('nil'), SCHEMA, 'its VERSION field does not follow the "x.y.z" format, got: "nil".'],
  [withVersion('"1.2.3.4"'), SCHEMA, 'follow the "x.y.z" format, got: "1.2.3.4".'],
  [withVersion('""'), SCHEMA, 'follow the "x.y.z" format, got: "".'],
  [BOTH_FILTERS, SCHEMA, 'implements both "response" and "header_filter"'],
  [HANDLER, 'return { name = "x", no_consumer = true, fields = {} }', 'no_consumer: unknown field'],
  [HANDLER, 'return { name = "x", fields = { { config = {} } } }', 'type: required field missing'],
  [HANDLER, 'return { name = "x", fields = { { other = { type = "any" } } } }', 'other: unknown'],
  [HANDLER, 'return { fields = {} }', 'name: required field missing'],
  [undefined, SCHEMA, 'NAME plugin is enabled but not installed;\nno plugin found'],
  [HANDLER, undefined, 'no configuration schema found for plugin: NAME'],
];

describeWithPeers(['luajit'], 'how the stand-in loads plugins', () => {
  it('a node does not start with plugins that Kong refuses, and says why of each', async () => {
    const names = REFUSED.map((_, index) => `p${index}`);
    const files = REFUSED.flatMap(([handler, schema], index) => [
      [`p${index}/handler.lua`, handler],
      [`p${index}/schema.lua`, schema],
    ]).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const daos = {
      'd/handler.lua': HANDLER,
      'd/schema.lua': SCHEMA,
      'd/daos.lua': 'return { a = {} }',
    };
    const luaRoot = makeRoot({ ...Object.fromEntries(files), ...daos });
    // The empty name is what a trailing comma adds.
    const started = startKong({ luaRoot, plugins: [...names, 'd', ''] });
    const message = await started.then(String, String);
    expect(message).toContain('init_by_lua error: ');
    expect(message).toContain("error loading plugin schemas: on plugin 'p0': ");
    for (const [index, [, , text]] of REFUSED.entries()) {
      const said = message.split(`on plugin 'p${index}': `)[1]?.split('; on plugin')[0];
      expect(said).toContain(text.replace('NAME', `p${index}`));
    }
    expect(message).toContain("custom plugin 'd' returned non-array daos definition table");
    expect(message).toContain("on plugin '':  plugin is enabled but not installed;");
  });

  it.each([
    ['that is no table', 'return false', "attempt to index local 'handler' (a boolean value)"],
    [
      'with a base class of old',
      'require("kong.plugins.base_plugin")',
      "module 'kong.plugins.base_plugin' not found",
    ],
  ])('a handler %s keeps a node from starting', async (_, handler, message) => {
    const luaRoot = makeRoot({ 'x/handler.lua': handler, 'x/schema.lua': SCHEMA });
    await expect(startKong({ luaRoot, plugins: ['x'] })).rejects.toThrow(message);
  });

  it('a plugin that the database uses and the list lacks keeps a node from starting', async () => {
    const entities = { plugins: [{ name: 'x' }] };
    await expect(startKong({ role: 'traditional', entities })).rejects.toThrow(
      'error building initial plugins: x plugin is in use but not enabled',
    );
  });

  it('a declarative configuration that uses a plugin that is not listed is refused whole', async () => {
    const entities = { _format_version: '3.0', plugins: [{ name: 'x' }] };
    await expect(startKong({ entities })).rejects.toThrow(
      "    in 'name': plugin 'x' not enabled; add it to the 'plugins' configuration property",
    );
  });

  it('names that differ, names with a dot, init.lua and realistic requires all load', async () => {
    const realistic = `
    local typedefs = require("kong.db.schema.typedefs")
    local cjson = require("cjson.safe")
    return { name = "other", fields = {
      { protocols = typedefs.protocols_http },
      { config = { type = "record", fields = { { url = typedefs.url({ required = true }) } } } },
    } }`;
    const luaRoot = makeRoot({
      'x/handler/init.lua': 'return { PRIORITY = 1, VERSION = require("kong.meta").version }',
      'x/schema.lua': realistic,
      'my/plug/handler.lua': withVersion('"v1.0.0-2"'),
      'my/plug/schema.lua': SCHEMA,
    });
    const entities = { _format_version: '3.0' };
    const node = await startKong({ luaRoot, plugins: ['x', 'my.plug', 'x'], entities });
    expect((await node.admin('/')).body).toContain('"my.plug":{"version":"v1.0.0-2","priority":1}');
  });
});
