import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { LuaPatternError } from '../../../src/plugin/lua-strings/lua-pattern-error.ts';
import {
  STRING_FUNCTIONS,
  type StringArgument,
} from '../../../src/plugin/lua-strings/string-functions.ts';
import { runPeer } from '../../support/must-succeed.ts';
import { describeWithPeers } from '../../support/peers.ts';
import { Random } from '../../support/random.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

/** Calls each line's function (name, then arguments: `s` and hex, or `n` and digits). */
const DRIVER = `
local function unhex(text) return (text:gsub("..", function(h) return string.char(tonumber(h, 16)) end)) end
local function hex(text) return (text:gsub(".", function(c) return ("%02x"):format(c:byte()) end)) end
local function show(value)
  if type(value) == "string" then return "s" .. hex(value) end
  return value == nil and "-" or "n" .. tostring(value)
end
for line in io.lines(arg[1]) do
  local words, n = {}, 0
  for word in line:gmatch("%S+") do
    n = n + 1
    if n == 1 then words[n] = word
    elseif word:sub(1, 1) == "s" then words[n] = unhex(word:sub(2))
    else words[n] = tonumber(word:sub(2)) end
  end
  local function pack(ok, ...)
    if not ok then return "error " .. tostring((...)):gsub("^.-'%a+' %((.*)%)$", "%1"):gsub("^[^ ]+:%d+: ", "") end
    local shown = {}
    for i = 1, select("#", ...) do shown[i] = show((select(i, ...))) end
    return table.concat(shown, " ")
  end
  print(pack(pcall(string[words[1]], unpack(words, 2, n))))
end`;

type Call = readonly [name: string, ...args: (string | number)[]];

function asLine([name, ...args]: Call): string {
  const shown = args.map((value) => (typeof value === 'number' ? `n${value}` : shownText(value)));
  return [name, ...shown].join(' ');
}

function shownText(text: string): string {
  return `s${Buffer.from(text, 'latin1').toString('hex')}`;
}

/** What our function says, written as the driver writes it; `undefined` where it cannot tell. */
function ours([name, subject, ...rest]: Call): string | undefined {
  try {
    const results = STRING_FUNCTIONS.get(name)?.({
      subject: String(subject),
      rest: rest satisfies StringArgument[],
      budget: { left: 100_000 },
      maxLength: 4096,
    });
    return results
      ?.map((value) => {
        if (value === undefined) return '-';
        return typeof value === 'number' ? `n${value}` : shownText(value);
      })
      .join(' ');
  } catch (error) {
    if (!(error instanceof LuaPatternError)) throw error;
    return error.message === 'pattern takes too many steps' ? undefined : `error ${error.message}`;
  }
}

async function compare(calls: readonly Call[]): Promise<{ compared: number; errors: number }> {
  const directory = temporaryDirectory();
  const [driver, input] = [join(directory, 'driver.lua'), join(directory, 'calls')];
  writeFileSync(driver, DRIVER);
  writeFileSync(input, calls.map((call) => `${asLine(call)}\n`).join(''));
  const theirs = (await runPeer('luajit', [driver, input])).split('\n');
  expect(theirs).toHaveLength(calls.length);
  const told = calls.flatMap((call, index) => {
    const own = ours(call);
    return own === undefined ? [] : [{ call: JSON.stringify(call), own, theirs: theirs[index] }];
  });
  expect(told.filter(({ own, theirs }) => own !== theirs)).toEqual([]);
  return {
    compared: told.length,
    errors: told.filter(({ own }) => own.startsWith('error')).length,
  };
}

const PIECES = [
  ...['a', 'b', '-', '.', '(', ')', '()', '(a*)', '%1', '%2', '%0', '^', '$', '%', '%%', '%b()'],
  ...[
    '%bab',
    '%b',
    '%f[%w]',
    '%f[a]',
    '%f',
    '[',
    ']',
    '[]]',
    '[^]]',
    '[^a]',
    '[a-b]',
    '[a-',
    '[%a-b]',
  ],
  ...[
    '[%',
    '[-a]',
    '[a-%]]',
    '%a',
    '%A',
    '%s',
    '%d',
    '%p',
    '%w',
    '%W',
    '%x',
    '%g',
    '%z',
    '%c',
    '%u',
  ],
  ...['?', '*', '+', '-', '.-', '.*', '(.-)', '%-', '\0', '\xe9', '[\x80-\xff]', '%l+', '[%w_-]+'],
];
const LETTERS = Array.from('aaabbb()-.% _A1\0\t\xe9][');
const REPLACEMENTS = ['', 'x', '%0', '%1', '<%1%2>', '%', '%%', '%x', 'a%0b'];

const several = (random: Random, from: readonly string[], most: number): string =>
  Array.from({ length: random.below(most) }, () => random.pick(from)).join('');

function randomCall(random: Random): Call {
  const subject = several(random, LETTERS, 14);
  const pattern = several(random, PIECES, 6);
  const name = random.pick(['match', 'find', 'gsub']);
  if (name !== 'gsub') return [name, subject, pattern, random.below(12) - 4];
  const call: Call = [name, subject, pattern, random.pick(REPLACEMENTS)];
  return random.chance(0.3) ? [...call, random.below(4)] : call;
}

describeWithPeers(['luajit'], 'string functions and LuaJIT', () => {
  it('give the same for patterns, mistakes in them included', async () => {
    const random = new Random(7);
    const calls = Array.from({ length: 12_000 }, () => randomCall(random));
    const { compared, errors } = await compare(calls);
    expect(compared).toBeGreaterThan(11_900);
    expect(errors).toBeGreaterThan(1_000);
  });

  it('give the same for limits, formats and parts of texts', async () => {
    const numbers = [-20, -3, -1, 0, 1, 2, 3, 20];
    const formats = ['%s', '%5s|', '%-5s|', '%.2s', '%d', '%03d', '%-4d|', '%x', '%X', '%i', '%%'];
    const { compared } = await compare([
      ...numbers.flatMap((a) => numbers.map((b): Call => ['sub', 'a.b-c', a, b])),
      ...numbers.flatMap((a): Call[] => [
        ['sub', 'abc', a],
        ['rep', 'ab', a],
      ]),
      ...formats
        .flatMap((format) =>
          ['x', 'long text', 7, 255, 12_345].map((value): Call => ['format', format, value]),
        )
        .filter(([, format, value]) => typeof value === 'number' || String(format).includes('s')),
      ...['lower', 'upper', 'len', 'reverse'].map((name): Call => [name, 'Ab-\xc9\xe9 z']),
      ['match', 'x', '('.repeat(33)],
      ['match', 'a'.repeat(300), 'a?'.repeat(220)],
      ['match', 'a'.repeat(300), '.-'.repeat(220) + 'b'],
      ['find', 'a+b', '+', 1],
      ['gsub', 'abc', '%w', '%2'],
    ]);
    expect(compared).toBe(130);
  });
});
