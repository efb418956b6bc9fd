import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { listGenerations, readReceipt } from '../../src/install/generations.ts';
import { allDrift, leftInTmp } from '../install/look-at-node.ts';

/** A Lua root after a change that ended well: as its receipts say, and nothing beside. */
export function expectClean(luaRoot: string): void {
  expect(allDrift(luaRoot)).toEqual([]);
  expect(leftInTmp(luaRoot)).toEqual([]);
  expect(existsSync(join(luaRoot, '.kongcrate/mutex'))).toBe(false);
  const kept = listGenerations(luaRoot).map((generation) => readReceipt(luaRoot, generation));
  expect(kept.length).toBeLessThanOrEqual(5);
  const used = kept.flatMap(({ plugins }) =>
    [...plugins.values()].map(({ layerDigest }) => layerDigest.replace(':', '-')),
  );
  expect(readdirSync(join(luaRoot, '.kongcrate/store')).sort()).toEqual([...new Set(used)].sort());
}
