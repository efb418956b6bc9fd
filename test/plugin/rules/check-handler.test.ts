import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/plugin/finding.ts';
import { lintWith, summarize } from '../lint-of.ts';

const lintHandler = (handler: string): readonly Finding[] => lintWith({ 'handler.lua': handler });

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
    expect(summarize(findings)).toEqual(['error priority handler.lua:2']);
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
    expect(summarize(findings)).toEqual(['error version handler.lua:3']);
    expect(findings[0]?.message).toBe(
      `Plugin "my-plugin" cannot be loaded because its VERSION field does not follow the "x.y.z" format, got: "${got}".`,
    );
  });

  it('both are missed in a table that cannot have them', () => {
    expect(summarize(lintHandler('local H = {}\nfunction H:access() end\nreturn H'))).toEqual([
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
    ['another module', 'local m = require "cjson" return {PRIORITY = m.p, VERSION = m.v}'],
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
    expect(summarize(findings)).toEqual(
      Array(count).fill('error response-phase handler.lua:2') as string[],
    );
  });
});
