import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect } from 'vitest';
import type { FileOperations } from '../../src/install/file-operations.ts';
import { checkInstallRoot } from '../../src/install/install-root.ts';
import { recover } from '../../src/install/recover.ts';
import { countOperations, interceptOperations } from '../install/intercept-operations.ts';
import { allDrift, installed, leftInTmp, versionsRead } from '../install/look-at-node.ts';
import { memoryDirectory } from '../install/memory-directory.ts';
import { perform, taskOf, type Change } from './change.ts';
import { expectClean } from './expect-clean.ts';

/** A change, and the states that it may leave when it is killed. */
export interface Expected {
  readonly change: Change;
  readonly names: readonly string[];
  /** As the change finds the root; copied for each kill. */
  readonly template: string;
  readonly old: readonly string[];
  readonly next: readonly string[];
  /** What had drifted before; a repair may have mended a part of it. */
  readonly drift: readonly string[];
  /** What the change does to the disk, from its first operation to its last. */
  readonly operations: readonly (keyof FileOperations)[];
}

/** Makes the root that a change finds, and lets the change run once to its end. */
export async function expectationOf(change: Change, names: readonly string[]): Promise<Expected> {
  const template = join(memoryDirectory(), 'lua');
  for (const version of change.before)
    await perform(template, taskOf({ ...change, action: 'install', version }, names));
  change.harm?.(template);
  const whole = copyOf(template);
  const operations: (keyof FileOperations)[] = [];
  const files = interceptOperations(({ name, run }) => {
    operations.push(name);
    run();
  });
  await perform(whole, taskOf(change, names), files);
  const [old, next] = [readAll(template, names), readAll(whole, names)];
  return { change, names, template, old, next, drift: allDrift(template), operations };
}

export function copyOf(luaRoot: string): string {
  const copy = join(memoryDirectory(), 'lua');
  if (existsSync(luaRoot)) cpSync(luaRoot, copy, { recursive: true, verbatimSymlinks: true });
  return copy;
}

/** The version of every file, read through Kong's own path. */
function readAll(luaRoot: string, names: readonly string[]): readonly string[] {
  return names.flatMap((name) => versionsRead(luaRoot, name));
}

/** What the killed change left is old or new, whole, agrees with its receipt, and is cleaned up. */
export function checkRecovery(luaRoot: string, { names, old, next, drift }: Expected): string {
  const state = readAll(luaRoot, names);
  expect([old, next]).toContainEqual(state);
  expect(drift).toEqual(expect.arrayContaining(allDrift(luaRoot)));
  for (const path of evidenceIn(luaRoot)) {
    const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
    expect(basename(path)).toBe(`sha256-${sha256}.json`);
  }
  if (existsSync(join(luaRoot, '.kongcrate/tmp'))) {
    recover(checkInstallRoot({ luaRoot }));
    const { files, count } = countOperations();
    recover(checkInstallRoot({ luaRoot, files }));
    expect(count()).toBe(0);
    expect(leftInTmp(luaRoot)).toEqual([]);
  }
  expect(readAll(luaRoot, names)).toEqual(state);
  return state.join();
}

/** The same install again does what the killed one was to do, and the next one goes on from there. */
export async function checkNextInstall(luaRoot: string, expected: Expected): Promise<void> {
  const { change, names, next } = expected;
  if (change.action === 'install') {
    await perform(luaRoot, taskOf(change, names));
    expect(readAll(luaRoot, names)).toEqual(next);
    expectClean(luaRoot);
  }
  await perform(luaRoot, taskOf({ ...change, action: 'install', version: '3' }, names));
  expect(installed(luaRoot)).toEqual(names.map((name) => `${name} 3`).sort());
  expect(new Set(readAll(luaRoot, names))).toEqual(new Set(['3']));
  expectClean(luaRoot);
}

function evidenceIn(luaRoot: string): readonly string[] {
  const store = join(luaRoot, '.kongcrate/store');
  if (!existsSync(store)) return [];
  return readdirSync(store).flatMap((name) => {
    const directory = join(store, name, '.evidence');
    return readdirSync(directory).map((file) => join(directory, file));
  });
}
