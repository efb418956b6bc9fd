import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { installPlugins } from '../../src/install/install-plugins.ts';
import { installed } from '../install/look-at-node.ts';
import { memoryDirectory } from '../install/memory-directory.ts';
import { bundleProgram } from '../support/bundle-program.ts';
import { compareVersions, makeInstallable } from '../support/make-installable.ts';
import { count, report, startSoak } from '../support/soak.ts';
import type { BusyLine, BusyTask } from './busy-child.ts';
import { follow } from './busy-run.ts';
import { expectClean } from './expect-clean.ts';
import { keepReading, readVersions } from './node-reader.ts';

const ROUNDS = 6;
const ROUND_MS = 20_000;
const PLUGINS_PER_PROCESS = 2;
const MAX_PROCESSES = 6;

const namesOf = (owner: number): [string, ...string[]] => [
  `p${owner}-a`,
  ...Array.from({ length: PLUGINS_PER_PROCESS - 1 }, (_, index) => `p${owner}-b${index}`),
];
const OWNERS = Array.from({ length: MAX_PROCESSES + 1 }, (_, owner) => owner);
/** What the parent installs after each round. */
const LAST = 'last';
const ALL_NAMES = [...OWNERS.flatMap(namesOf), LAST];

/** The versions a process left its own plugins in, by its own account. */
function accountOf(lines: readonly BusyLine[]): Record<string, string> {
  const done = lines.flatMap((line) => ('done' in line ? [line.versions] : []));
  return Object.assign({}, ...done) as Record<string, string>;
}

it('two to six processes change one Lua root at once and lose nothing', async () => {
  const random = startSoak('processes');
  const start = await bundleProgram<BusyTask>(new URL('busy-child.ts', import.meta.url));
  const luaRoot = join(memoryDirectory(), 'lua');
  const tally = { changes: 0, looks: 0, processes: 0 };
  let expected: Record<string, string> = Object.fromEntries(
    ALL_NAMES.map((name) => [name, 'absent']),
  );
  for (let round = 0; round < ROUNDS; round += 1) {
    const size = 2 + random.below(MAX_PROCESSES - 1);
    const task = { luaRoot, rollback: 'plugin', workMs: ROUND_MS } as const;
    const begin = (owner: number): ReturnType<typeof start> =>
      start({
        ...task,
        seed: random.below(2 ** 31),
        names: namesOf(owner),
        label: `${round}${owner}`,
      });
    const runs = Array.from({ length: size }, (_, owner) => follow(begin(owner)));
    // One more is killed: its successors must take the mutex over.
    const victim = begin(MAX_PROCESSES);
    const killed = follow(victim);
    const reading = new AbortController();
    const looks = keepReading(luaRoot, ALL_NAMES, reading.signal);
    await setTimeout(random.below(ROUND_MS));
    victim.kill('SIGKILL');
    if (victim.exitCode === null && victim.signalCode === null) await once(victim, 'exit');
    const said = await Promise.all(runs.map(({ lines }) => lines));
    const lastWords = await killed.lines;
    reading.abort();
    tally.looks += await looks;
    tally.processes += size + 1;
    tally.changes += [...said, lastWords].flat().filter((line) => 'done' in line).length;
    const survivors = readVersions(luaRoot, ALL_NAMES);
    expected = Object.assign(expected, ...said.map(accountOf)) as Record<string, string>;
    for (const name of namesOf(MAX_PROCESSES)) expected[name] = survivors[name] ?? 'absent';
    expect(survivors).toEqual(expected);
    const names = ALL_NAMES.filter((name) => survivors[name] !== 'absent');
    expect(installed(luaRoot)).toEqual(
      names.map((name) => `${name} ${survivors[name] ?? ''}`).sort(),
    );
    expected[LAST] = `${round}`;
    const request = makeInstallable({ name: LAST, version: `${round}` });
    await installPlugins({ luaRoot }, [request], { compareVersions });
    expectClean(luaRoot);
  }
  report(
    `${tally.processes} processes, ${ROUNDS} of them killed, ${count(tally.changes)} changes and ${count(tally.looks)} looks ` +
      `in ${(ROUNDS * ROUND_MS) / 1000} s: 0 lost plugins, 0 torn reads, 0 leftovers`,
  );
  expect(tally.changes).toBeGreaterThan(ROUNDS);
});
