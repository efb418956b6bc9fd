import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { installPlugins } from '../../src/install/install-plugins.ts';
import { checkInstallRoot } from '../../src/install/install-root.ts';
import { recover } from '../../src/install/recover.ts';
import { countOperations } from '../install/intercept-operations.ts';
import { allDrift, installed, leftInTmp, versionsRead } from '../install/look-at-node.ts';
import { memoryDirectory } from '../install/memory-directory.ts';
import { COMPOSITE } from '../support/do-half.ts';
import { compareVersions, makeInstallable } from '../support/make-installable.ts';
import type { ChildTask } from './child.ts';
import { bundleChild, resultOf } from './run-child.ts';

const NAMES = ['one', 'two', 'three', 'four', 'five'];

let start: (task: ChildTask) => ChildProcess;
beforeAll(async () => {
  start = await bundleChild();
});

const plugins = (count: number, version: string): { name: string; version: string }[] =>
  NAMES.slice(0, count).map((name) => ({ name, version }));

async function install(luaRoot: string, count: number, version: string): Promise<void> {
  const requests = plugins(count, version).map(makeInstallable);
  await installPlugins({ luaRoot }, requests, { compareVersions });
}

/** What a reader finds through Kong's own path: one version for every file, or the test fails. */
function live(luaRoot: string, count: number): string {
  const names = NAMES.slice(0, count);
  const versions = new Set(names.flatMap((name) => versionsRead(luaRoot, name)));
  expect([...versions], 'old whole or new whole').toHaveLength(1);
  return [...versions].join();
}

interface Scenario {
  readonly action: 'install' | 'rollback';
  readonly before: readonly string[];
  readonly after: string;
  readonly count: number;
}

const scenario = (action: Scenario['action'], before: string[], after: string): Scenario[] =>
  [1, 5].map((count) => ({ action, before, after, count }));

describe.each([
  ...scenario('install', [], '1'),
  // The sixth generation: one is pruned after the switch.
  ...scenario('install', ['0.6', '0.7', '0.8', '0.9', '1'], '2'),
  ...scenario('rollback', ['1', '2'], '1'),
])('$action of $after after $before, plugins: $count', ({ action, before, after, count }) => {
  const old = before.at(-1) ?? 'absent';

  it.each(['before', 'midway'] as const)('killed %s any operation', async (when) => {
    const template = join(memoryDirectory(), 'template');
    for (const version of before) await install(template, count, version);
    const fresh = (): string => {
      const luaRoot = join(memoryDirectory(), 'lua');
      const options = { recursive: true, verbatimSymlinks: true } as const;
      if (existsSync(template)) cpSync(template, luaRoot, options);
      return luaRoot;
    };
    const task = { action, plugins: plugins(count, after) };
    const whole = await resultOf(start({ ...task, luaRoot: fresh() }));
    if (!whole || !('operations' in whole)) throw new Error(JSON.stringify(whole));
    const seen = new Set<string>();
    const kill = async (at: number): Promise<void> => {
      const luaRoot = fresh();
      expect(await resultOf(start({ ...task, luaRoot, kill: { at, when } }))).toBeUndefined();
      seen.add(live(luaRoot, count));
      checkRecovery(luaRoot, count);
      // One plugin: always; five: now and then, since each of these installs takes a while.
      if (at % count === 0) await checkNextInstall(luaRoot, count);
      rmSync(luaRoot, { recursive: true, force: true });
    };
    const points = [...whole.operations.keys()].filter(
      (at) => when === 'before' || COMPOSITE.has(whole.operations[at] ?? 'rename'),
    );
    // Two at a time: while one child starts, what the other left is looked at.
    for (let index = 0; index < points.length; index += 2)
      await Promise.all(points.slice(index, index + 2).map(kill));
    const both = when === 'before' || before.length > 4;
    expect([...seen].sort()).toEqual((both ? [old, after] : [old]).sort());
  });
});

/** What the killed process left is whole, agrees with its receipt, and is cleaned up at once. */
function checkRecovery(luaRoot: string, count: number): void {
  const state = live(luaRoot, count);
  if (existsSync(luaRoot)) expect(allDrift(luaRoot)).toEqual([]);
  if (!existsSync(join(luaRoot, '.kongcrate/tmp'))) return;
  recover(checkInstallRoot({ luaRoot }));
  const { files, count: operations } = countOperations();
  recover(checkInstallRoot({ luaRoot, files }));
  expect(operations()).toBe(0);
  expect(live(luaRoot, count)).toBe(state);
  expect(leftInTmp(luaRoot)).toEqual([]);
}

async function checkNextInstall(luaRoot: string, count: number): Promise<void> {
  await install(luaRoot, count, '3');
  const names = plugins(count, '3').map(({ name, version }) => `${name} ${version}`);
  expect(installed(luaRoot)).toEqual(names.sort());
  expect(live(luaRoot, count)).toBe('3');
  expect(allDrift(luaRoot)).toEqual([]);
  expect(leftInTmp(luaRoot)).toEqual([]);
}
