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

const KILLS = 1_000;
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
    else if ('done' in line) expected = { versions: { ...expected.versions, ...line.versions } };
    else expected = { versions: expected.versions };
  }
  return expected;
}

/** Old whole or new whole; a rollback that was begun may bring back any earlier state, whole. */
function checkState(luaRoot: string, { versions, begun }: Expected): Versions {
  const found = readVersions(luaRoot, NAMES);
  if (existsSync(luaRoot)) expect(allDrift(luaRoot)).toEqual([]);
  const byReceipt = NAMES.filter((name) => found[name] !== 'absent').map(
    (name) => `${name} ${found[name] ?? ''}`,
  );
  expect(installed(luaRoot)).toEqual(byReceipt.sort());
  if (begun === undefined) expect(found).toEqual(versions);
  if (begun?.about !== 'install') return found;
  const next = Object.fromEntries(begun.names.map((name) => [name, begun.version]));
  expect([versions, { ...versions, ...next }]).toContainEqual(found);
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
  await installPlugins({ luaRoot }, requests, { compareVersions });
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
  const tally = { install: 0, rollback: 0, between: 0, changes: 0, looks: 0 };
  let luaRoot = '';
  let versions: Versions = {};
  for (let kill = 0; kill < KILLS; kill += 1) {
    if (kill % KILLS_PER_ROOT === 0) {
      luaRoot = join(memoryDirectory(), 'lua');
      versions = Object.fromEntries(NAMES.map((name) => [name, 'absent']));
    }
    const seed = random.below(2 ** 31);
    const child = start({ luaRoot, seed, names: NAMES, label: `${kill}`, rollback: 'generation' });
    const { lines, looks } = await killOne(child, luaRoot, random.next() * MAX_DELAY_MS);
    const expected = expectedAfter(versions, lines);
    tally.looks += looks;
    tally.changes += lines.filter((line) => 'done' in line).length;
    tally[expected.begun?.about ?? 'between'] += 1;
    versions = checkState(luaRoot, expected);
    // Otherwise the next child finds what this one left behind.
    if (random.chance(0.5)) checkRecovery(luaRoot, versions);
    if ((kill + 1) % KILLS_PER_ROOT > 0) continue;
    await checkNextInstall(luaRoot);
    rmSync(luaRoot, { recursive: true });
  }
  report(
    `${count(KILLS)} random kills (${count(tally.install)} in an install, ${count(tally.rollback)} in a rollback, ` +
      `${count(tally.between)} between) among ${count(tally.changes)} changes, ${count(tally.looks)} looks: 0 torn states`,
  );
  expect(tally.install).toBeGreaterThan(KILLS / 4);
});
