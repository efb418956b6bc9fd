import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseLua } from '../../src/plugin/parse-lua.ts';
import { describeWithPeers, peer } from '../support/peers.ts';

interface Snippet {
  readonly title: string;
  readonly text: string;
  readonly line: number | undefined;
}

const TABLE: readonly (readonly [text: string, line?: number])[] = [
  [''],
  ['-- nothing'],
  ['return 5LL, 1ULL, 2i, 0x1p4, 1e999, 08'],
  ['goto done\n::done::'],
  ['local goto = 1'],
  ['return "\\x41\\z\n  b\\u{41}\\065"'],
  ['\ufeffreturn 1'],
  ['# a first line\nreturn 1'],
  ['#!/usr/bin/env luajit\nreturn 1'],
  ['# ended by a CR, as LuaJIT ends it\rreturn 1'],
  ['# and not by what follows it\rreturn )\nreturn 1', 2],
  ['\ufeff# both\nreturn 1'],
  ['#'],
  ['local größe = 1'],
  ['return "größe"'],
  ['local t = { 1, 2; 3, }'],
  ['f{}.x = ("x"):rep(2)'],
  ['x = [==[ ]=] ]==]'],
  ['return "a\\\nb"'],
  [`return ${'a + '.repeat(5000)}a`],
  [`return f${'()'.repeat(5000)}`],
  ['local x <const> = 1', 1],
  ['return 3 // 2', 1],
  ['return 1 & 2', 1],
  ['local a = 1\nlocal b = = 2', 2],
  ['# one\n\nreturn )', 3],
  ['return "\\q"', 1],
  ['return "\\300"', 1],
  ['return "a\nb"', 1],
  ['return 0x', 1],
  ['\nreturn 3and 4', 2],
  ['return 1 .. 2, 0xap1, 1e5, 5ULL'],
  ['f(,1)', 1],
  ['\nx = { 1 "," 2 }', 2],
  ['local a "=" 1', 1],
  ["x = { ',', [==[;]==], '--', a = \"\\\"\" } -- ','"],
  ['return , 1', 1],
  ['a:b(\n  , 1)', 2],
  ['f( -- one, two\n --[=[ , ]] ]=] 1)'],
  ['f((a), (b)(c, d))'],
  ['x = [[ open', 1],
  ['--[[ open', 1],
  ['break', 1],
  ['goto nowhere', 1],
  ['::a:: ::a::', 1],
  ['local function f() return ... end', 1],
  ['return 1 return 2', 1],
  ['x = 1 = 2', 1],
  ['a.b', 1],
  ['if x then', 1],
  [`return ${'('.repeat(20_000)}1${')'.repeat(20_000)}`, 1],
  [`return ${'a .. '.repeat(20_000)}a`, 1],
];

/** What any LuaJIT 2.1 says, with the line of its complaint. */
const SNIPPETS: readonly Snippet[] = TABLE.map(([text, line]) => ({
  title: JSON.stringify(text.slice(0, 40)),
  text,
  line,
}));

/** Legal because OpenResty builds its LuaJIT with the Lua 5.2 extensions; other builds differ. */
const OPENRESTY_ONLY = ['local a = 1;; local b', 'f\n(g).x = 1', 'while x do break; x = 1 end'];

describe('parseLua', () => {
  it.each(SNIPPETS)('says line $line for $title', ({ text, line }) => {
    const parsed = parseLua(Buffer.from(text));
    expect(parsed.ok ? undefined : parsed.line).toBe(line);
  });

  it.each(OPENRESTY_ONLY)('accepts %j', (text) => {
    expect(parseLua(Buffer.from(text)).ok).toBe(true);
  });

  it('reads no file of more than 2 MiB', () => {
    const parsed = parseLua(Buffer.alloc(2 * 1024 * 1024 + 1, ' '));
    expect(parsed).toMatchObject({ ok: false, line: 1 });
  });

  it('reports the place that only Lua 5.2 and LuaJIT together could pass', () => {
    expect(parseLua(Buffer.from('f()\n(g)()\nlocal = 1'))).toMatchObject({ ok: false, line: 3 });
  });
});

describeWithPeers(['luajit'], 'parseLua and luajit', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'parse-lua-'));
  });
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  it.each(SNIPPETS)('agree on $title', ({ text }) => {
    const file = join(directory, 'snippet.lua');
    writeFileSync(file, text);
    const { status, stderr } = spawnSync(peer('luajit'), ['-bl', file, '/dev/null']);
    expect(parseLua(Buffer.from(text)).ok, stderr.toString()).toBe(status === 0);
  });
});

describe('what is too much to parse', () => {
  const lines = (count: number, line: (index: number) => string): string =>
    Array.from({ length: count }, (_, index) => line(index)).join(' ');
  const jumps = (count: number): string =>
    `${lines(count, (index) => `goto l${index}`)} ${lines(count, (index) => `::l${index}::`)}`;

  it.each([
    ['bytes', ' '.repeat(1024 * 1024 + 1), 'bytes'],
    ['a chain of fields', `return a${'.a'.repeat(100_000)}`, 'nodes'],
    ['a chain of operators', `return 1${'+1'.repeat(100_000)}`, 'nodes'],
    ['values of a table', `return {${'1,'.repeat(200_000)}}`, 'nodes'],
    ['gotos and labels', jumps(501), 'gotos'],
    ['gotos without a label', 'goto a '.repeat(1001), 'gotos'],
    ['breaks', `while x do ${'if x then break end '.repeat(1001)} end`, 'gotos'],
  ])('%s', (_, text, what) => {
    const parsed = parseLua(Buffer.from(text));
    expect(parsed).toMatchObject({ ok: false, reason: 'limit', line: 1 });
    expect(parsed.ok ? '' : parsed.message).toContain(what);
  });

  it.each([
    ['bytes', ' '.repeat(1024 * 1024)],
    ['bytes of a string', `return "${'\\n'.repeat(500_000)}"`],
    ['fields', `return a${'.a'.repeat(90_000)}`],
    ['gotos and labels', jumps(500)],
  ])('so many %s are not', (_, text) => {
    expect(parseLua(Buffer.from(text)).ok).toBe(true);
  });
});
