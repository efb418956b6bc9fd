import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FileOperations } from '../../src/install/file-operations.ts';
import { interceptOperations } from '../install/intercept-operations.ts';
import { COMPOSITE, doHalf } from '../support/do-half.ts';
import { leaveMutex, SWITCHES, taskOf } from './change.ts';
import { checkNextInstall, checkRecovery, copyOf, expectationOf, textOf } from './killed-root.ts';
import { perform } from './perform.ts';

const NAMES = ['one', 'two', 'three', 'four', 'five'];

/** To the disk the same as a kill, without the start of a process: from there on nothing is done. */
function stoppingAt(at: number, when: 'before' | 'midway'): FileOperations {
  return interceptOperations((operation) => {
    if (operation.index === at && when === 'midway') doHalf(operation);
    if (operation.index >= at) throw new Error('stopped');
    operation.run();
  });
}

describe.each(SWITCHES)('$title of five plugins', (change) => {
  it.each(['before', 'midway'] as const)(
    'stopped %s any operation',
    async (when) => {
      const expected = await expectationOf(change, NAMES);
      const { template, operations } = expected;
      const seen = new Set<string>();
      for (const [at, name] of operations.entries()) {
        if (when === 'midway' && !COMPOSITE.has(name)) continue;
        const luaRoot = copyOf(template);
        const files = stoppingAt(at, when);
        const stopped = perform({ luaRoot, files, lockWaitMs: 0 }, taskOf(change, NAMES));
        await stopped.catch((error: unknown) => {
          expect(error).toHaveProperty('message', 'stopped');
        });
        if (existsSync(join(luaRoot, '.kongcrate/mutex'))) leaveMutex(luaRoot);
        // One in five, since each of these installs takes its time.
        if (at % 5 === 0) await checkNextInstall(copyOf(luaRoot), expected);
        seen.add(checkRecovery(luaRoot, expected));
        rmSync(luaRoot, { recursive: true, force: true });
      }
      expect(seen).toContain(textOf(expected.old));
      if (when === 'before') expect(seen).toContain(textOf(expected.next));
    },
    300_000,
  );
});
