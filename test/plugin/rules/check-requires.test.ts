import { describe, expect, it } from 'vitest';
import { readKongRelease } from '../../../src/plugin/kong-release.ts';
import { expectError } from '../../support/expect-error.ts';
import { lintWith, summarize } from '../lint-of.ts';
import { HANDLER, SCHEMA } from '../source-of.ts';

const handlerAfter = (code: string): string => `${code}\n${HANDLER}`;

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
    const files = { 'a.lua': `\n${code}` };
    const reached = lintWith({
      ...files,
      'handler.lua': handlerAfter('require "kong.plugins.my-plugin.a"'),
    });
    expect(summarize(reached)).toEqual([`${severity} removed-module a.lua:2`]);
    expect(summarize(lintWith(files))).toEqual(['warning removed-module a.lua:2']);
  });

  it.each([
    ['kong.plugins.base_plugin', '2.8', 0],
    ['kong.plugins.base_plugin', '3.0', 1],
    ['kong.tools.batch_queue', '3.2', 0],
    ['kong.tools.batch_queue', '3.3.1', 1],
    ['kong.tools.responses', '2.8.5', 1],
    ['kong.singletons', '3.10', 1],
  ])('%s with Kong %s: %i', (module, version, count) => {
    const findings = lintWith({ 'a.lua': `require "${module}"` }, readKongRelease(version));
    expect(findings).toHaveLength(count);
  });

  it.each(['require "kong.tools.queue"', 'x.require "kong.singletons"', 'require(name)'])(
    '%s is something else',
    (code) => {
      expect(lintWith({ 'handler.lua': handlerAfter(code) })).toEqual([]);
    },
  );
});

describe('require of a module that nobody has', () => {
  it.each([
    ['handler.lua', handlerAfter('local x = require "kong.plugins.my-plugin.x"'), 'error'],
    ['handler.lua', handlerAfter('require "kong/plugins/my-plugin/x"'), 'error'],
    ['handler.lua', handlerAfter('local jwt = require("resty.unheard").new()'), 'warning'],
    ['handler.lua', handlerAfter('do require "kong.plugins.other.lib" end'), 'warning'],
    ['schema.lua', `local u = require "kong.no.such"\n${SCHEMA}`, 'warning'],
    ['daos.lua', 'local x = require "kong.plugins.my-plugin.x" return {}', 'error'],
    ['migrations/init.lua', 'return { require "kong.plugins.my-plugin.migrations.x" }', 'error'],
  ])('%s: %s is found', (path, text, severity) => {
    expect(summarize(lintWith({ [path]: text }))).toEqual([`${severity} missing-module ${path}:1`]);
  });

  it('is followed through the modules of the package, each loop once', () => {
    const findings = lintWith({
      'handler.lua': handlerAfter('local a = require "kong.plugins.my-plugin.lib"'),
      'lib/init.lua': 'local b = require "kong.plugins.my-plugin.lib.b" return b',
      'lib/b.lua': 'require "kong.plugins.my-plugin.lib"\nreturn require "nobody.has"',
      'unused.lua': 'return require "nobody.has.either"',
    });
    expect(summarize(findings)).toEqual(['warning missing-module lib/b.lua:2']);
    expect(findings[0]?.message).toContain("module 'nobody.has' not found:");
  });

  it.each([
    'require "cjson.safe"',
    'require "resty.http"',
    'require "kong.plugins.jwt.jwt_parser"',
    'require "kong"',
    'require "string"',
    'local function f() require "nobody.has" end',
    'local ok = pcall(require, "nobody.has")',
    'if x then require "nobody.has" end',
    'require "kong.plugins.my-plugin.schema"',
  ])('%s is not', (code) => {
    expect(lintWith({ 'handler.lua': handlerAfter(code) })).toEqual([]);
  });
});

describe('readKongRelease', () => {
  it.each([
    ['3.9', '3.9'],
    ['3.04.1', '3.4'],
    ['2.8.5', '2.8'],
    ['3.4.3.12', '3.4'],
    ['10.0', '10.0'],
  ])('%s is %s', (text, release) => {
    expect(readKongRelease(text)).toBe(release);
  });

  it.each(['', '3', '2.7', '1.9', 'v3.9', '3.9.', '3.x', '3.9.1.2.3', '1e3.1', '-3.9'])(
    '%j is none',
    async (text) => {
      const error = await expectError(() => readKongRelease(text), 'USAGE');
      expect(error.message).toContain(text);
    },
  );
});
