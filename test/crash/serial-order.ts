import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { readHistory } from '../../src/install/read-history.ts';
import { readReceipt } from '../../src/install/generations.ts';
import { readNodeRecords } from '../../src/install/read-node-state.ts';
import { allDrift, leftInTmp } from '../install/look-at-node.ts';
import type { BusyLine, Done } from './busy-child.ts';
import { follow, type bundleBusyChild } from './busy-run.ts';
import { readVersions, type Versions } from './node-reader.ts';

const NAMES = ['one', 'two', 'three', 'four'];

export interface Crowd {
  readonly luaRoot: string;
  readonly processes: number;
  readonly seed: number;
  /** When each process stops: after so many changes, or so long. */
  readonly changes?: number;
  readonly workMs?: number;
}

/** Lets processes change the same plugins at once; returns all that they said, each in its order. */
export async function runTogether(
  start: Awaited<ReturnType<typeof bundleBusyChild>>,
  { luaRoot, processes, seed, ...end }: Crowd,
): Promise<readonly BusyLine[]> {
  const shared = {
    luaRoot,
    names: NAMES,
    keepGenerations: 1_000_000,
    isHasty: true,
    ...end,
  } as const;
  const runs = Array.from({ length: processes }, (_, index) => {
    const rollback = index % 2 === 0 ? 'plugin' : 'generation';
    return follow(start({ ...shared, seed: seed + index, label: `${index + 1}`, rollback }));
  });
  return (await Promise.all(runs.map(({ lines }) => lines))).flat();
}

/**
 * Every generation was made by exactly one process and is its predecessor with what that process
 * did; so the last one is what they had made one after the other.
 * @returns how many generations there are
 */
export function expectSerialOrder(luaRoot: string, lines: readonly BusyLine[]): number {
  const done = lines.flatMap((line) => ('done' in line && line.generation ? [line] : []));
  const byGeneration = new Map(done.map((line) => [line.generation, line]));
  expect(byGeneration.size, 'no generation was made twice').toBe(done.length);
  const generations = readHistory({ luaRoot })
    .map(({ generation }) => generation)
    .reverse();
  expect(generations).toEqual([...byGeneration.keys()].sort((a = 0, b = 0) => a - b));
  const states: Versions[] = [{}];
  for (const generation of generations) {
    const state = stateOf(luaRoot, generation);
    expect(state, `generation ${generation}`).toEqual(after(states, byGeneration.get(generation)));
    states.push(state);
  }
  const absent = Object.fromEntries(NAMES.map((name) => [name, 'absent']));
  expect(readVersions(luaRoot, NAMES)).toEqual({ ...absent, ...states.at(-1) });
  expectHolds(luaRoot, lines);
  expect(allDrift(luaRoot)).toEqual([]);
  expect(leftInTmp(luaRoot)).toEqual([]);
  expect(existsSync(join(luaRoot, '.kongcrate/mutex'))).toBe(false);
  return generations.length;
}

function stateOf(luaRoot: string, generation: number): Versions {
  const { plugins } = readReceipt(luaRoot, generation);
  return Object.fromEntries([...plugins.values()].map(({ name, version = '' }) => [name, version]));
}

function after(states: readonly Versions[], line: Done | undefined): Versions {
  const next = { ...states.at(-1), ...line?.versions };
  return Object.fromEntries(Object.entries(next).filter(([, version]) => version !== 'absent'));
}

/** Held is only what a process held, or a rollback took back. */
function expectHolds(luaRoot: string, lines: readonly BusyLine[]): void {
  const held = lines.flatMap((line) =>
    'about' in line && line.about === 'hold' ? line.names : [],
  );
  const takenBack = lines.flatMap((line) =>
    'done' in line && line.done === 'rollback' ? Object.keys(line.versions) : [],
  );
  for (const name of readNodeRecords({ luaRoot }).holds.keys())
    expect([...held, ...takenBack]).toContain(name);
}
