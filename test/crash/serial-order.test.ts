import { join } from 'node:path';
import { expect, it } from 'vitest';
import { memoryDirectory } from '../install/memory-directory.ts';
import { bundleBusyChild } from './busy-run.ts';
import { expectSerialOrder, runTogether } from './serial-order.ts';

it('8 processes that change one Lua root at once are as good as one after the other', async () => {
  const luaRoot = join(memoryDirectory(), 'lua');
  const start = await bundleBusyChild();
  const lines = await runTogether(start, { luaRoot, processes: 8, seed: 1, changes: 5 });
  expect(expectSerialOrder(luaRoot, lines)).toBeGreaterThan(10);
});
