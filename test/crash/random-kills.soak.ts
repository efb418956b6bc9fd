import type { ChildProcess } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { installPlugins } from '../../src/install/install-plugins.ts';
import { checkInstallRoot } from '../../src/install/install-root.ts';
import { recover } from '../../src/install/recover.ts';
import { countOperations } from '../install/intercept-operations.ts';
import { allDrift, installed, leftInTmp } from '../install/look-at-node.ts';
import { memoryDirectory } from '../install/memory-directory.ts';
import { compareVersions, makeInstallable } from '../support/make-installable.ts';
import { count, report, startSoak } from '../support/soak.ts';
import type { BusyLine } from './busy-child.ts';
import { bundleBusyChild, follow } from './busy-run.ts';
import { expectClean } from './expect-clean.ts';
import { keepReading, readVersions, type Versions } from './node-reader.ts';
import { STRAY, StrayWatch } from './stray.ts';

/** Fewer with KONGCRATE_SOAK_KILLS. */
const KILLS = Number(process.env['KONGCRATE_SOAK_KILLS'] ?? 2_000);
const KILLS_PER_ROOT = 20;
const MAX_DELAY_MS = 100;
const NAMES = ['one', 'two', 'three', 'four', 'five'];

/** What the last change that was begun may have made of the node. */
interface Expected {
  readonly versions: Versions;
  readonly begun?: Extract<BusyLine, { about: string }>;
}

function expectedAfter(before: Versions, lines: readonly BusyLine[]): Expected {
  let expected: Expected = { versions: before };
  for (const line of lines) {
    if ('about' in line) expected = { ...expected, begun: line };
    else if ('done' in line)
      expected = { versions: withoutStray({ ...expected.versions, ...line.versions }) };
    else expected = { versions: expected.versions };
  }
  return expected;
}

/** What a change that was begun would make of these versions; `undefined` for any earlier state. */
function nextOf(versions: Versions, begun: NonNullable<Expected['begun']>): Versions | undefined {
  if (begun.about === 'rollback') return undefined;
  if (begun.about === 'hold') return versions;
  const version = 'version' in begun ? begun.version : 'absent';
  return withoutStray({
    ...versions,
    ...Object.fromEntries(begun.names.map((name) => [name, version])),
  });
}

function withoutStray(versions: Versions): Versions {
  return Object.fromEntries(Object.entries(versions).filter(([name]) => name !== STRAY));
}

/** Old whole or new whole; a rollback that was begun may bring back any earlier state, whole. */
function checkState(luaRoot: string, { versions, begun }: Expected): Versions {
  const found = readVersions(luaRoot, NAMES);
  if (existsSync(luaRoot)) expect(allDrift(luaRoot)).toEqual([]);
  const byReceipt = NAMES.filter((name) => found[name] !== 'absent').map(
    (name) => `${name} ${found[name] ?? ''}`,
  );
  const ours = installed(luaRoot).filter((plugin) => !plugin.startsWith(`${STRAY} `));
  expect(ours).toEqual(byReceipt.sort());
  const next = begun ? nextOf(versions, begun) : versions;
  if (next) expect([versions, next]).toContainEqual(found);
  return found;
}

function checkRecovery(luaRoot: string, versions: Versions): void {
  if (!existsSync(join(luaRoot, '.kongcrate/tmp'))) return;
  recover(checkInstallRoot({ luaRoot }));
  const { files, count: operations } = countOperations();
  recover(checkInstallRoot({ luaRoot, files }));
  expect(operations()).toBe(0);
  expect(leftInTmp(luaRoot)).toEqual([]);
  expect(readVersions(luaRoot, NAMES)).toEqual(versions);
}

async function checkNextInstall(luaRoot: string): Promise<void> {
  const requests = NAMES.map((name) => makeInstallable({ name, version: '1000000' }));
  await installPlugins({ luaRoot }, requests, { compareVersions, unhold: true });
  expectClean(luaRoot);
}

/** Lets a child work while a reader looks on, and kills it. */
async function killOne(
  child: ChildProcess,
  luaRoot: string,
  delayMs: number,
): Promise<{ lines: readonly BusyLine[]; looks: number }> {
  const { atWork, lines } = follow(child);
  await atWork;
  const reading = new AbortController();
  const looks = keepReading(luaRoot, NAMES, reading.signal);
  await setTimeout(delayMs);
  child.kill('SIGKILL');
  const said = await lines;
  reading.abort();
  return { lines: said, looks: await looks };
}

it(`${count(KILLS)} kills at random moments leave every state whole`, async () => {
  const random = startSoak('random kills');
  const start = await bundleBusyChild();
  const tally = { install: 0, adopt: 0, rollback: 0, remove: 0, hold: 0, between: 0 };
  let [changes, looks] = [0, 0];
  let luaRoot = '';
  let versions: Versions = {};
  let stray = new StrayWatch(luaRoot);
  for (let kill = 0; kill < KILLS; kill += 1) {
    if (kill % KILLS_PER_ROOT === 0) {
      luaRoot = join(memoryDirectory(), 'lua');
      versions = Object.fromEntries(NAMES.map((name) => [name, 'absent']));
      stray = new StrayWatch(luaRoot);
      stray.place();
    }
    const task = { luaRoot, names: NAMES, adopts: STRAY, rollback: 'generation' } as const;
    const child = start({ ...task, seed: random.below(2 ** 31), label: `${kill}` });
    const killed = await killOne(child, luaRoot, random.next() * MAX_DELAY_MS);
    const expected = expectedAfter(versions, killed.lines);
    looks += killed.looks;
    changes += killed.lines.filter((line) => 'done' in line).length;
    tally[expected.begun?.about ?? 'between'] += 1;
    versions = checkState(luaRoot, expected);
    stray.note(killed.lines);
    // Otherwise the next child finds what this one left behind.
    if (random.chance(0.5)) {
      checkRecovery(luaRoot, versions);
      stray.check();
      stray.place();
    }
    if ((kill + 1) % KILLS_PER_ROOT > 0) continue;
    await checkNextInstall(luaRoot);
    stray.check();
    rmSync(luaRoot, { recursive: true });
  }
  const killedIn = Object.entries(tally).map(([about, times]) => `${about} ${count(times)}`);
  report(
    `${count(KILLS)} random kills (${killedIn.join(', ')}) among ${count(changes)} changes, ` +
      `${count(looks)} looks: 0 torn states`,
  );
  expect(tally.install).toBeGreaterThan(KILLS / 4);
});
