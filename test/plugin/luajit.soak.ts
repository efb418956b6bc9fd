import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseLua } from '../../src/plugin/parse-lua.ts';
import { describeWithPeers, peer } from '../support/peers.ts';
import type { Random } from '../support/random.ts';
import { count, report, startSoak } from '../support/soak.ts';

const SAMPLES = join(import.meta.dirname, '../../testdata');
/** A folder of plugin repositories, none of which is ours to keep here. */
const CORPUS = process.env['KONGCRATE_LUA_CORPUS'];
const MUTANTS = 20_000;

/** Reads sources, each behind its length, and says of each what the compiler says. */
const PROGRAM = `
for length in function() return io.read("*n", 1) end do
  local chunk, message = loadstring(io.read(length) or "", "=")
  print(chunk and "good" or (message:gsub("%s+", " ")))
end`;

/** OpenResty builds LuaJIT with Lua 5.2's extensions; a system's LuaJIT refuses these. */
const ONLY_WITH_EXTENSIONS = /ambiguous syntax|unexpected symbol near ';'|expected near/;

interface Disagreement {
  readonly name: string;
  readonly kongcrate: string;
  readonly luajit: string;
}

function compare(sources: readonly (readonly [name: string, text: Buffer])[]): {
  readonly good: number;
  readonly disagreements: readonly Disagreement[];
} {
  const input = Buffer.concat(
    sources.flatMap(([, text]) => [Buffer.from(`${text.length} `), text, Buffer.from('\n')]),
  );
  const { stdout } = spawnSync(peer('luajit'), ['-e', PROGRAM], { input, maxBuffer: 2 ** 30 });
  const said = stdout.toString('latin1').trimEnd().split('\n');
  expect(said).toHaveLength(sources.length);
  const pairs = sources.map(([name, text], index) => {
    const parsed = parseLua(text);
    return {
      name,
      kongcrate: parsed.ok ? 'good' : parsed.message,
      luajit: said[index] ?? '',
    };
  });
  return {
    good: said.filter((line) => line === 'good').length,
    disagreements: pairs.filter(
      ({ kongcrate, luajit }) => (kongcrate === 'good') !== (luajit === 'good'),
    ),
  };
}

function luaFiles(directory: string): readonly (readonly [string, Buffer])[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:lua|rockspec)$/.test(name) && statSync(join(directory, name)).isFile())
    .map((name) => [name, readFileSync(join(directory, name))] as const);
}

function mutate(text: string, random: Random): Buffer {
  const tokens = text.match(/\s+|\w+|"[^"\n]*"|\.{2,3}|[=~<>]=|./g) ?? [];
  for (let edits = random.below(3) + 1; edits > 0; edits -= 1) {
    const index = random.below(tokens.length);
    const other = random.pick(tokens);
    const kind = random.below(3);
    tokens.splice(index, kind === 0 ? 1 : kind === 1 ? 0 : 1, ...(kind === 0 ? [] : [other]));
  }
  return Buffer.from(tokens.join(''));
}

function tell(title: string, total: number, result: ReturnType<typeof compare>): void {
  const { good, disagreements } = result;
  report(`${title}: ${count(total)} sources, ${count(good)} good, ${disagreements.length} differ`);
  for (const { name, kongcrate, luajit } of disagreements.slice(0, 20))
    report(`  ${name}: here ${kongcrate}; luajit: ${luajit}`);
}

describeWithPeers(['luajit'], 'lint and luajit', () => {
  it('agree on our samples and their mutants', () => {
    const random = startSoak('lint and luajit');
    const samples = luaFiles(SAMPLES);
    expect(compare(samples).disagreements).toEqual([]);
    const mutants = Array.from({ length: MUTANTS }, (_, index) => {
      const [name, text] = random.pick(samples);
      return [`${name} #${index}`, mutate(text.toString(), random)] as const;
    });
    const result = compare(mutants);
    tell('mutants', mutants.length, result);
    const unexplained = result.disagreements.filter(
      ({ kongcrate, luajit }) => kongcrate !== 'good' || !ONLY_WITH_EXTENSIONS.test(luajit),
    );
    expect(unexplained).toEqual([]);
  });

  it.skipIf(CORPUS === undefined)('agree on every file of a corpus', () => {
    const sources = luaFiles(CORPUS ?? '');
    const result = compare(sources);
    tell('corpus', sources.length, result);
    expect(result.disagreements).toEqual([]);
  });
});

if (CORPUS === undefined)
  process.stderr.write('SKIPPED the corpus of lint: set KONGCRATE_LUA_CORPUS to a folder\n');
