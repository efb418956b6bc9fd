import { describe, expect, it } from 'vitest';
import { evaluateLua } from '../../src/plugin/evaluate-lua.ts';
import type { LuaValue } from '../../src/plugin/lua-value.ts';
import { parseLua } from '../../src/plugin/parse-lua.ts';

/** What a chunk returns, plain; a table is its items and fields, and `?` is unknown. */
function returnedBy(text: string): unknown {
  const parsed = parseLua(Buffer.from(text));
  if (!parsed.ok) throw new Error(parsed.message);
  return plain(evaluateLua(parsed.chunk).returned);
}

function plain(value: LuaValue): unknown {
  if (value.kind === 'unknown') return '?';
  if (value.kind === 'table')
    return [...value.items.map(plain), ...[...value.fields].map(([k, v]) => [k, plain(v)])];
  return 'value' in value ? value.value : value.kind;
}

describe('evaluateLua', () => {
  it.each([
    ['return "a" .. 1 .. "." .. 2.5', 'a1.2.5'],
    ['return 2 * 3 - 7 % 4 / 2 + 2 ^ 3', 12.5],
    ['return -7 % 3', 2],
    ['return 1e15 .. ""', '?'],
    ['return not nil', true],
    ['return #"héé"', 5],
    ['return #{ 1, 2, 3 }', 3],
    ['return #{ 1, nil, 3 }', '?'],
    ['return 1 < 2', true],
    ['return "1" == 1', false],
    ['return {} == {}', '?'],
    ['return unknown == 1', '?'],
    ['local v = "dev" return v == "dev" and "main" or v', 'main'],
    ['local v = "1.0" return v == "dev" and "main" or v', '1.0'],
    ['return nil or false', false],
    ['return unknown or "x"', '?'],
    ['local t = { a = { "x", { b = 1 } } } return t.a[2].b', 1],
    ['local t = { "x" } return t[2]', 'nil'],
    ['local t = { "x" } t[1] = "y" return t[1]', '?'],
    ['local t = { "x" } table.insert(t, "y") return t[1]', '?'],
    ['local t = { f() } return t[1]', '?'],
    ['return { ("a-b"):match("(.)-(.)") }', ['a']],
    ['local t = { ("a-b"):match("(.)-(.)") } return t[2]', '?'],
    ['return ("a-a"):match((("a"):gsub("b", "c")))', '?'],
    ['local a, b, c = ("a-b"):match("(.)-(.)") return { a, b, c }', ['a', 'b', 'nil']],
    ['local n, v = ("x-1.0"):match("^(.-)%-(.+)$") return v .. n', '1.0x'],
    ['return (("kong-plugin-x"):gsub("^kong%-plugin%-", ""))', 'x'],
    ['return (("$A"):gsub("%$(%w)", { A = "x" }))', 'x'],
    ['return (("$A"):gsub("%$(%w)", f))', '?'],
    ['return ("%s-%02d"):format("x", 7)', 'x-07'],
    ['return string.format("%d.%d", 1, 2)', '1.2'],
    ['return string.upper "x"', 'X'],
    ['local string = { upper = f } return string.upper("x")', '?'],
    ['return ("é"):sub(1, 1)', '?'],
    ['return ("x"):rep(5000)', '?'],
    ['return ("x"):byte()', '?'],
    ['local s = ("a"):rep(60) return s:match(("a*"):rep(12) .. "b")', '?'],
    ['local x if true then x = 1 else x = 2 end return x', 1],
    ['local x = 1 if x == 2 then x = 3 elseif x == 1 then x = 4 end return x', 4],
    ['local x = 1 if unknown then x = 2 end return x', '?'],
    ['local x = 1 if false then x = 2 end return x', 1],
    ['local x = 1 do local x = 2 end return x', 1],
    ['local x = 1 do x = 2 local x = 3 end return x', 2],
    ['if true then local x = 1 y = x end return y', 1],
  ])('%s', (text, expected) => {
    expect(returnedBy(text)).toEqual(expected);
  });

  it('takes no longer for blocks in blocks and for patterns without end', () => {
    const blocks = `${'do '.repeat(150)}${'x = 1 '.repeat(20_000)}${'end '.repeat(150)}return x`;
    expect(returnedBy(blocks)).toBe('?');
    const slow = 'local s = ("a"):rep(60) local p = ("a*"):rep(12) .. "b"\n';
    expect(returnedBy(`${slow}${'x = s:match(p) '.repeat(5_000)}return x`)).toBe('?');
  });
});
