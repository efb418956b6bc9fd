import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { installPlugins } from '../../src/install/install-plugins.ts';
import { installed } from '../install/look-at-node.ts';
import { memoryDirectory } from '../install/memory-directory.ts';
import { compareVersions, makeInstallable } from '../support/make-installable.ts';
import type { Random } from '../support/random.ts';
import { count, report, startSoak } from '../support/soak.ts';
import type { BusyLine } from './busy-child.ts';
import { bundleBusyChild, follow } from './busy-run.ts';
import { expectClean } from './expect-clean.ts';
import { keepReading, readVersions, type Versions } from './node-reader.ts';
import { expectSerialOrder, runTogether } from './serial-order.ts';

const ROUNDS = 6;
const ROUND_MS = 20_000;
const MAX_PROCESSES = 6;

const namesOf = (owner: number): readonly string[] => [`p${owner}-a`, `p${owner}-b`];
/** The owner that is killed in each round. */
const VICTIM = MAX_PROCESSES;
const OWNERS = Array.from({ length: MAX_PROCESSES + 1 }, (_, owner) => owner);
/** What the parent installs after each round. */
const LAST = 'last';
const ALL_NAMES = [...OWNERS.flatMap(namesOf), LAST];

/** The versions a process left its own plugins in, by its own account. */
function accountOf(lines: readonly BusyLine[]): Record<string, string> {
  const done = lines.flatMap((line) => ('done' in line ? [line.versions] : []));
  return Object.assign({}, ...done) as Record<string, string>;
}

type Start = Awaited<ReturnType<typeof bundleBusyChild>>;

interface Round {
  readonly start: Start;
  readonly luaRoot: string;
  readonly random: Random;
  readonly round: number;
}

/** Some processes work to the end; one more is killed, and the others must take the mutex over. */
async function runRound({ start, luaRoot, random, round }: Round): Promise<{
  readonly said: readonly (readonly BusyLine[])[];
  readonly lastWords: readonly BusyLine[];
  readonly looks: number;
}> {
  const begin = (owner: number): ReturnType<Start> =>
    start({
      luaRoot,
      rollback: 'plugin',
      workMs: ROUND_MS,
      seed: random.below(2 ** 31),
      names: namesOf(owner),
      label: `${round}${owner}`,
    });
  const size = 2 + random.below(MAX_PROCESSES - 1);
  const runs = Array.from({ length: size }, (_, owner) => follow(begin(owner)));
  const victim = begin(VICTIM);
  const killed = follow(victim);
  const reading = new AbortController();
  const looks = keepReading(luaRoot, ALL_NAMES, reading.signal);
  await setTimeout(random.below(ROUND_MS));
  victim.kill('SIGKILL');
  const said = await Promise.all(runs.map(({ lines }) => lines));
  const lastWords = await killed.lines;
  reading.abort();
  return { said, lastWords, looks: await looks };
}

it('two to six processes change one Lua root at once and lose nothing', async () => {
  const random = startSoak('processes');
  const start = await bundleBusyChild();
  const luaRoot = join(memoryDirectory(), 'lua');
  const tally = { changes: 0, looks: 0, processes: 0 };
  let expected: Versions = Object.fromEntries(ALL_NAMES.map((name) => [name, 'absent']));
  for (let round = 0; round < ROUNDS; round += 1) {
    const { said, lastWords, looks } = await runRound({ start, luaRoot, random, round });
    tally.looks += looks;
    tally.processes += said.length + 1;
    tally.changes += [...said, lastWords].flat().filter((line) => 'done' in line).length;
    const found = readVersions(luaRoot, ALL_NAMES);
    // How far the killed process came it could not say.
    const ofVictim = readVersions(luaRoot, namesOf(VICTIM));
    expected = { ...expected, ...accountOf(said.flat()), ...ofVictim };
    expect(found).toEqual(expected);
    const present = ALL_NAMES.filter((name) => found[name] !== 'absent');
    expect(installed(luaRoot)).toEqual(
      present.map((name) => `${name} ${found[name] ?? ''}`).sort(),
    );
    const request = makeInstallable({ name: LAST, version: `${round}` });
    await installPlugins({ luaRoot }, [request], { compareVersions, unhold: true });
    expected = { ...expected, [LAST]: `${round}` };
    expectClean(luaRoot);
  }
  report(
    `${tally.processes} processes, ${ROUNDS} of them killed, ${count(tally.changes)} changes and ${count(tally.looks)} looks ` +
      `in ${(ROUNDS * ROUND_MS) / 1000} s: 0 lost plugins, 0 torn reads, 0 leftovers`,
  );
  expect(tally.changes).toBeGreaterThan(ROUNDS);
});

it('8 processes change the same plugins for a minute as if one after the other', async () => {
  const seed = startSoak('serial order').below(2 ** 31);
  const start = await bundleBusyChild();
  const luaRoot = join(memoryDirectory(), 'lua');
  const lines = await runTogether(start, { luaRoot, processes: 8, seed, workMs: 60_000 });
  const generations = expectSerialOrder(luaRoot, lines);
  const busy = lines.filter((line) => 'refused' in line && line.refused === 'NODE_BUSY').length;
  report(`${count(generations)} generations in a row, ${count(busy)} left with 16`);
  expect(generations).toBeGreaterThan(100);
});
