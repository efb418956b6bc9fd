import { describe, expect, it } from 'vitest';
import { lintWith, summarize } from '../lint-of.ts';
import { HANDLER } from '../source-of.ts';

describe('daos.lua', () => {
  it.each([
    ['return {\n  credentials = { name = "credentials" },\n}', 2],
    ['local D = {}\nD.credentials = {}\nreturn D', 2],
    ['return { credentials, extra = true }', 1],
    ['local D = {}', 1],
    ['return "daos"', 1],
    ['return function() end', 1],
  ])('%j is refused as Kong refuses it', (text, line) => {
    const findings = lintWith({ 'daos.lua': text });
    expect(summarize(findings)).toEqual([`error daos-return daos.lua:${line}`]);
    expect(findings[0]?.message).toBe(
      "custom plugin 'my-plugin' returned non-array daos definition table",
    );
  });

  it.each([
    'return {}',
    'return { { name = "a" }, { name = "b" } }',
    'local a = { name = "a" } return { a }',
    'local a = require("kong.plugins.my-plugin.schema") return { a, [2] = a }',
    'return make()',
    'return { gone = nil }',
    'return { maybe = make() }',
  ])('%j is fine as far as one can tell', (text) => {
    expect(lintWith({ 'daos.lua': text })).toEqual([]);
  });
});

describe('a typedef that Kong 3 lost', () => {
  const schema = `local typedefs = require "kong.db.schema.typedefs"
return { name = "my-plugin", fields = {
  { run_on = typedefs.run_on_first },
} }`;

  it('leaves a field empty', () => {
    expect(summarize(lintWith({ 'schema.lua': schema }))).toEqual([
      'error removed-field schema.lua:3',
    ]);
    expect(lintWith({ 'schema.lua': schema }, '2.8')).toEqual([]);
    expect(lintWith({ 'other.lua': schema })).toEqual([]);
  });
});

describe('Kong 2.8', () => {
  it('asks for no PRIORITY and no VERSION', () => {
    const files = { 'handler.lua': 'local H = {} function H:access() end return H' };
    expect(lintWith(files, '2.8')).toEqual([]);
    expect(lintWith(files, '3.0').map(({ rule }) => rule)).toEqual(['priority', 'version']);
  });
});

describe('a byte order mark', () => {
  it('is a warning, and lines keep their numbers behind it', () => {
    expect(summarize(lintWith({ 'handler.lua': `\ufeff${HANDLER}` }))).toEqual([
      'warning byte-order-mark handler.lua:1',
    ]);
    expect(summarize(lintWith({ 'a.lua': '\ufeff\nlocal = 1' }))).toEqual([
      'warning byte-order-mark a.lua:1',
      'error lua-syntax a.lua:2',
    ]);
  });
});
