import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderFindings } from '../../src/cli/print-findings.ts';
import { describeFinding, type Finding } from '../../src/plugin/finding.ts';
import { lintPlugin } from '../../src/plugin/lint-plugin.ts';
import type { SourceFile } from '../../src/plugin/source-file.ts';
import { HANDLER, pluginSource, SCHEMA, sourceOf, type Texts } from './source-of.ts';

const lint = (files: Texts, name = 'my-plugin'): readonly Finding[] =>
  lintPlugin(
    name,
    sourceOf(files).map((source) => ({ path: `kong/plugins/${name}/${source.path}`, source })),
  );

const summary = (findings: readonly Finding[]): readonly string[] =>
  findings.map(({ severity, rule, file, line }) => `${severity} ${rule} ${file}:${line}`);

const lintHandler = (handler: string): readonly Finding[] =>
  lint({ 'handler.lua': handler, 'schema.lua': SCHEMA });
const lintSchema = (schema: string): readonly Finding[] =>
  lint({ 'handler.lua': HANDLER, 'schema.lua': schema });

/** A handler with the given field texts, written as one table. */
const handlerWith = (priority: string, version: string): string =>
  `return {\n  PRIORITY = ${priority},\n  VERSION = ${version},\n}`;

describe('PRIORITY and VERSION', () => {
  it.each([
    ['1000', '"1"'],
    ['-5', '"0.1"'],
    ['0', '"1.2.3"'],
    ['1e3', '"v1.0.0"'],
    ['0x10', "'1.0.0-1'"],
    ['10.0', '[[scm-1]]'],
  ])('%s and %s load', (priority, version) => {
    expect(lintHandler(handlerWith(priority, version))).toEqual([]);
  });

  it.each([
    ['1.5', '1.5'],
    ['"1000"', '1000'],
    ['1e999', 'inf'],
    ['-1e999', '-inf'],
    ['10LL', 'cdata'],
    ['true', 'boolean'],
    ['{}', 'table'],
    ['nil', 'nil'],
  ])('PRIORITY = %s does not', (priority, got) => {
    const findings = lintHandler(handlerWith(priority, '"1.0"'));
    expect(summary(findings)).toEqual(['error priority handler.lua:2']);
    expect(findings[0]?.message).toBe(
      `Plugin "my-plugin" cannot be loaded because its PRIORITY field is not a valid integer number, got: "${got}".`,
    );
  });

  it.each([
    ['"1.2.3.4"', '1.2.3.4'],
    ['""', ''],
    ['1.0', '1'],
    ['nil', 'nil'],
    ['"alpha"', 'alpha'],
  ])('VERSION = %s does not', (version, got) => {
    const findings = lintHandler(handlerWith('1', version));
    expect(summary(findings)).toEqual(['error version handler.lua:3']);
    expect(findings[0]?.message).toBe(
      `Plugin "my-plugin" cannot be loaded because its VERSION field does not follow the "x.y.z" format, got: "${got}".`,
    );
  });

  it('both are missed in a table that cannot have them', () => {
    expect(summary(lintHandler('local H = {}\nfunction H:access() end\nreturn H'))).toEqual([
      'error priority handler.lua:1',
      'error version handler.lua:1',
    ]);
  });

  it.each([
    ['a local table', 'local H = {} H.PRIORITY = 1 H.VERSION = "1" return H'],
    ['indexed fields', 'local H = {} H["PRIORITY"] = 1 H[ [[VERSION]] ] = "1" return H'],
    ['constant locals', 'local v = "1" .. ".0" local p = -1 return {VERSION = v, PRIORITY = p}'],
    ['an alias', 'local H = {} local M = H M.PRIORITY = 1 M.VERSION = "1" return H'],
    ['a constant table', 'local c = {v = "1"} return {PRIORITY = 1, VERSION = c.v}'],
    ['a base class', 'local H = Base:extend() H.PRIORITY = 1 H.VERSION = "1" return H'],
    ['a local of two', 'local a, H = 1, {PRIORITY = 1, VERSION = "1"} return H'],
    [
      'a metatable by a local name',
      'local setmetatable = setmetatable local H = {PRIORITY = 1, VERSION = "1"} setmetatable(H, {}) return H',
    ],
    [
      'a table of which a call gets one field',
      'local H = {PRIORITY = 1, VERSION = "1", t = {}} f(H.VERSION, H.t, {H = 1}) return H',
    ],
    [
      'long text nobody needs',
      `local H = {PRIORITY = 1, VERSION = "1"} H["${'k'.repeat(257)}"] = 2 return H`,
    ],
    ['a metatable', 'local H = {PRIORITY = 1, VERSION = "1"} setmetatable(H, {}) return H'],
  ])('are found in %s', (_, handler) => {
    expect(lintHandler(handler)).toEqual([]);
  });

  it.each([
    ['a call', 'return make()'],
    ['another module', 'local m = require "x" return {PRIORITY = m.p, VERSION = m.v}'],
    ['the environment', 'return {PRIORITY = tonumber(os.getenv("P")), VERSION = v()}'],
    ['a branch', 'local H = {} if x then H.PRIORITY = 1.5 H.VERSION = "" end return H'],
    ['a loop', 'local H = {} for k, v in pairs(t) do H[k] = v end return H'],
    ['a function', 'local H = {} local function set() H.PRIORITY = 1 end set() return H'],
    ['an inherited table', 'local H = {} setmetatable(H, {__index = Base}) return H'],
    ['rawset', 'local H = {PRIORITY = 1, VERSION = "1"} rawset(H, "VERSION", "2") return H'],
    ['any call', 'local H = {PRIORITY = 1, VERSION = "1"} local x = make(1, H) return H'],
    [
      'a call in a loop',
      'local H = {PRIORITY = 1, VERSION = "1"} for i = 1, 2 do f(H) end return H',
    ],
    [
      'a call with another name',
      'local H = {PRIORITY = 1, VERSION = "1"} local M = H f(M) return H',
    ],
    [
      'a call with a table around it',
      'local H = {PRIORITY = 1, VERSION = "1"} f{{x = H}} return H',
    ],
    ['a call with a default', 'local H = {PRIORITY = 1, VERSION = "1"} f(x or H) return H'],
    [
      'a call with what holds it',
      'local H = {PRIORITY = 1, VERSION = "1"} local M = {h = H} f(M) return H',
    ],
    [
      'a call with a field that holds it',
      'local H = {PRIORITY = 1, VERSION = "1"} local M = {h = H} f(M.h) return M.h',
    ],
    ['a table that holds itself', 'local H = {PRIORITY = 1, VERSION = "1"} H.H = H f(H) return H'],
    ['a method', 'local H = {PRIORITY = 1, VERSION = "1"} H:set() return H'],
    [
      'something else named setmetatable',
      'local setmetatable = rawset local H = {PRIORITY = 1, VERSION = "1"} setmetatable(H, "VERSION", "2") return H',
    ],
    ['a return inside', 'do return {PRIORITY = 1.5} end'],
    ['arithmetic', 'return {PRIORITY = x + 1, VERSION = ("1"):rep(x)}'],
    ['a deep chain', `return {PRIORITY = a${'.b'.repeat(5000)}, VERSION = a${'.b'.repeat(300)}}`],
  ])('are unknown behind %s, which is a warning', (_, handler) => {
    const findings = lintHandler(handler);
    expect(findings.map(({ rule }) => rule).sort()).toEqual([
      'priority-unknown',
      'version-unknown',
    ]);
    expect(findings.every(({ severity }) => severity === 'warning')).toBe(true);
  });
});

describe('the handler', () => {
  it.each([
    ['', "index local 'handler' (a boolean value)"],
    ['return', "index local 'handler' (a boolean value)"],
    ['return nil', "index local 'handler' (a boolean value)"],
    ['return "x"', "index local 'handler' (a string value)"],
    ['local H = {}', "index local 'handler' (a boolean value)"],
  ])('%j returns no table', (handler, message) => {
    const [finding] = lintHandler(handler);
    expect(finding).toMatchObject({ severity: 'error', rule: 'handler-return' });
    expect(finding?.message).toContain(message);
  });

  it.each([
    ['header_filter', 1],
    ['body_filter', 1],
    ['log', 0],
  ])('has response and %s: %i error', (phase, count) => {
    const findings = lintHandler(
      `local H = {PRIORITY = 1, VERSION = "1"}
function H:response() end
function H:${phase}() end
return H`,
    );
    expect(summary(findings)).toEqual(
      Array(count).fill('error response-phase handler.lua:2') as string[],
    );
  });
});

describe('the schema', () => {
  it.each([
    ['return {fields = {}}', 'error schema-name schema.lua:1'],
    ['return {\n  name = 1, fields = {}}', 'error schema-name schema.lua:2'],
    ['return {name = "my-plugin"}', 'error schema-fields schema.lua:1'],
    ['return {name = "my-plugin", fields = true}', 'error schema-fields schema.lua:1'],
    ['return {name = "my_plugin", fields = {}}', 'warning schema-name-differs schema.lua:1'],
    [
      'return {\n name = "my-plugin",\n fields = {},\n no_consumer = true }',
      'error schema-key schema.lua:4',
    ],
    ['return 1', 'error schema-return schema.lua:1'],
    ['local s = {}', 'error schema-return schema.lua:1'],
  ])('%j: %s', (schema, finding) => {
    expect(summary(lintSchema(schema))).toEqual([finding]);
  });

  it.each([
    'return build()',
    'local s = {name = "my-plugin"} s.fields = {} return s',
    'return {name = n, fields = f(), entity_checks = {}, shorthand_fields = {}}',
    'return {name = "my-plugin", fields = {}, transformations = {}, check = function() end}',
    'return {name = "my-plugin", fields = {}, no_consumer = nil}',
    'local s = {} for k, v in pairs(t) do s[k] = v end return s',
  ])('%j is fine as far as one can tell', (schema) => {
    expect(lintSchema(schema)).toEqual([]);
  });
});

describe('files', () => {
  it('are a handler and a schema at least', () => {
    const findings = lint({});
    expect(findings.map(({ rule }) => rule)).toEqual(['handler-missing', 'schema-missing']);
    expect(findings[0]?.message).toContain('my-plugin plugin is enabled but not installed');
    expect(findings[1]?.message).toContain('no configuration schema found for plugin: my-plugin');
  });

  it('may be init modules, with a warning', () => {
    const findings = lint({ 'handler/init.lua': HANDLER, 'schema/init.lua': 'return 1' });
    expect(summary(findings)).toEqual([
      'warning init-module handler/init.lua:1',
      'warning init-module schema/init.lua:1',
      'error schema-return schema/init.lua:1',
    ]);
  });

  it('report syntax errors by line, for every Lua file and nothing else', () => {
    const bad = 'local a = 1\nlocal = 2\n';
    const findings = lint({
      'handler.lua': HANDLER,
      'schema.lua': SCHEMA,
      'lib/a.lua': bad,
      'data.txt': bad,
    });
    expect(summary(findings)).toEqual(['error lua-syntax lib/a.lua:2']);
    expect(findings[0]?.message).toBe("<name> expected near '='");
  });

  it('are not parsed when they are very large', () => {
    const data = `return "${'x'.repeat(1024 * 1024)}"`;
    const findings = lint({ 'handler.lua': HANDLER, 'schema.lua': SCHEMA, 'data.lua': data });
    expect(summary(findings)).toEqual(['warning lua-too-large data.lua:1']);
    const large = lint({
      'handler.lua': `${'goto x '.repeat(1001)}${HANDLER}`,
      'schema.lua': data,
    });
    expect(summary(large)).toEqual([
      'warning lua-too-large handler.lua:1',
      'warning lua-too-large schema.lua:1',
    ]);
  });

  it.each([
    ['aux.lua', 'device'],
    ['lib/CON.lua', 'device'],
    ['com1/x.lua', 'device'],
    ['nul', 'device'],
    ['a ./b.lua', 'Windows cannot hold'],
    ['a.', 'Windows cannot hold'],
    ['a:b.lua', 'Windows cannot hold'],
    ['größe.lua', 'ASCII'],
  ])('have names that every system can hold, unlike %s', (path, why) => {
    const findings = lint({ 'handler.lua': HANDLER, 'schema.lua': SCHEMA, [path]: '' });
    expect(summary(findings)).toEqual([`error file-name ${path}:1`]);
    expect(findings[0]?.message).toContain(why);
    expect(findings[0]?.message).toContain(JSON.stringify(`kong/plugins/my-plugin/${path}`));
  });

  it.each(['auxiliary.lua', 'contact/prn-x.lua', 'com10.lua', 'a.b/c d.lua'])(
    'may be named %s',
    (path) => {
      expect(lint({ 'handler.lua': HANDLER, 'schema.lua': SCHEMA, [path]: '' })).toEqual([]);
    },
  );

  it('are named by their bytes where these are no UTF-8', () => {
    const source: SourceFile = { path: 'a\ufffd.lua', kind: 'not-utf8', bytes: new Uint8Array() };
    const [finding] = lintPlugin('jwt', [
      { path: `kong/plugins/jwt/${source.path}`, source },
    ]).filter(({ rule }) => rule === 'file-name');
    expect(finding?.message).toContain(
      '"kong/plugins/jwt/a\ufffd.lua" has a name that is no UTF-8',
    );
  });

  it('do not carry the name of a bundled plugin', () => {
    const files = { 'handler.lua': HANDLER, 'schema.lua': SCHEMA.replace('my-plugin', 'jwt') };
    const findings = lint(files, 'jwt');
    expect(findings.map(({ rule }) => rule)).toEqual(['bundled-name']);
    expect(findings.map(describeFinding)).toEqual([
      expect.stringMatching(/^kong\/plugins\/jwt\/: jwt is the name/),
    ]);
    expect(renderFindings(findings)).toMatch(/^kong\/plugins\/jwt\/: error: jwt/);
  });
});

describe('require of a module Kong removed', () => {
  it.each([
    ['local B = require "kong.plugins.base_plugin"', 'error'],
    ['local s = require("kong.singletons").db', 'error'],
    ['require [[kong.plugins.log-serializers.basic]].serialize()', 'error'],
    ['local q = { require("kong.tools.batch_queue") }', 'error'],
    ['local function f() return require "kong.tools.responses" end', 'warning'],
    ['local ok, r = pcall(require, "kong.tools.responses")', 'warning'],
    ['if old then require "kong.singletons" end', 'warning'],
    ['local s = old and require "kong.singletons"', 'warning'],
  ])('%s: %s', (code, severity) => {
    const findings = lint({ 'handler.lua': HANDLER, 'schema.lua': SCHEMA, 'a.lua': `\n${code}` });
    expect(summary(findings)).toEqual([`${severity} removed-module a.lua:2`]);
  });

  it.each(['require "kong.tools.queue"', 'x.require "kong.singletons"', 'require(name)'])(
    '%s is something else',
    (code) => {
      expect(lint({ 'handler.lua': HANDLER, 'schema.lua': SCHEMA, 'a.lua': code })).toEqual([]);
    },
  );
});

describe('the plugins of testdata', () => {
  it.each(['hello-header', 'quota-notes'])('%s has nothing to complain about', (name) => {
    const files = pluginSource(name)
      .filter(({ path }) => path.startsWith('kong/'))
      .map((source) => ({ path: source.path, source }));
    expect(lintPlugin(name, files)).toEqual([]);
  });
});

describe('any text at all', () => {
  const tokens = `local function return end do if then else for in pairs ( ) { } [ ] = == .. - . : ,
    ; and or not nil true 1 0x10 1.5 10LL "a" [[b]] PRIORITY VERSION H require pcall setmetatable ...
    "kong.singletons" name fields`.split(/\s+/);

  it('is linted without throwing', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...tokens), { maxLength: 30 }), (words) => {
        const text = words.join(' ');
        const findings = lint({ 'handler.lua': text, 'schema.lua': text });
        expect(findings.every(({ line, remedy }) => line >= 1 && remedy !== '')).toBe(true);
      }),
    );
  });
});
