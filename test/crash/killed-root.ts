import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect } from 'vitest';
import type { FileOperations } from '../../src/install/file-operations.ts';
import { checkInstallRoot } from '../../src/install/install-root.ts';
import { readNodeRecords } from '../../src/install/read-node-state.ts';
import { recover } from '../../src/install/recover.ts';
import { countOperations, interceptOperations } from '../install/intercept-operations.ts';
import { allDrift, installed, leftInTmp, versionsRead } from '../install/look-at-node.ts';
import { memoryDirectory } from '../install/memory-directory.ts';
import { taskOf, type Change } from './change.ts';
import { expectClean } from './expect-clean.ts';
import { perform } from './perform.ts';

/** What a node holds, as Kong and `status` see it. */
export interface Found {
  /** The version of every file, read through Kong's own path. */
  readonly versions: readonly string[];
  readonly held: readonly string[];
}

/** A change, and the states that it may leave when it is killed. */
export interface Expected {
  readonly change: Change;
  readonly names: readonly string[];
  /** As the change finds the root; copied for each kill. */
  readonly template: string;
  readonly old: Found;
  readonly next: Found;
  /** What had drifted before; a repair may have mended a part of it. */
  readonly drift: readonly string[];
  /** What the change does to the disk, from its first operation to its last. */
  readonly operations: readonly (keyof FileOperations)[];
}

/** Makes the root that a change finds, and lets the change run once to its end. */
export async function expectationOf(change: Change, names: readonly string[]): Promise<Expected> {
  const template = join(memoryDirectory(), 'lua');
  for (const version of change.before)
    await perform({ luaRoot: template }, taskOf({ ...change, action: 'install', version }, names));
  change.harm?.(template);
  const whole = copyOf(template);
  const operations: (keyof FileOperations)[] = [];
  const files = interceptOperations(({ name, run }) => {
    operations.push(name);
    run();
  });
  await perform({ luaRoot: whole, files }, taskOf(change, names));
  const [old, next] = [lookAround(template, names), lookAround(whole, names)];
  return { change, names, template, old, next, drift: allDrift(template), operations };
}

export function copyOf(luaRoot: string): string {
  const copy = join(memoryDirectory(), 'lua');
  if (existsSync(luaRoot)) cpSync(luaRoot, copy, { recursive: true, verbatimSymlinks: true });
  return copy;
}

function lookAround(luaRoot: string, names: readonly string[]): Found {
  return {
    versions: names.flatMap((name) => versionsRead(luaRoot, name)),
    held: [...readNodeRecords({ luaRoot }).holds.keys()],
  };
}

export function textOf({ versions, held }: Found): string {
  return [...versions, ...held.map((name) => `held ${name}`)].join();
}

/**
 * What the killed change left is old or new, whole, agrees with its receipt, and is cleaned up. What
 * it took back is held from the moment it is live.
 */
export function checkRecovery(luaRoot: string, expected: Expected): string {
  const { change, names, old, next, drift } = expected;
  const found = lookAround(luaRoot, names);
  expect([old.versions, next.versions]).toContainEqual(found.versions);
  expect([old.held, next.held]).toContainEqual(found.held);
  if (change.action === 'rollback' && found.versions.join() === next.versions.join())
    expect(found).toEqual(next);
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
  expect(lookAround(luaRoot, names)).toEqual(found);
  return textOf(found);
}

/** The same install again does what the killed one was to do, and the next one goes on from there. */
export async function checkNextInstall(luaRoot: string, expected: Expected): Promise<void> {
  const { change, names, next } = expected;
  if (change.action === 'install') {
    await perform({ luaRoot }, taskOf(change, names));
    expect(lookAround(luaRoot, names)).toEqual(next);
    expectClean(luaRoot);
  }
  await perform({ luaRoot }, taskOf({ ...change, action: 'install', version: '3' }, names));
  expect(installed(luaRoot)).toEqual(names.map((name) => `${name} 3`).sort());
  expect(new Set(lookAround(luaRoot, names).versions)).toEqual(new Set(['3']));
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
