import { rmSync } from 'node:fs';
import type { ChildProcess } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { COMPOSITE } from '../support/do-half.ts';
import { REPAIRS, SWITCHES, taskOf } from './change.ts';
import type { ChildTask } from './child.ts';
import { checkNextInstall, checkRecovery, copyOf, expectationOf, textOf } from './killed-root.ts';
import { bundleChild, resultOf } from './run-child.ts';

const NAMES = ['one'];

let start: (task: ChildTask) => ChildProcess;
beforeAll(async () => {
  start = await bundleChild();
});

describe.each([...SWITCHES, ...REPAIRS])('$title, in a process', (change) => {
  it.each(['before', 'midway'] as const)(
    'killed %s any operation',
    async (when) => {
      const expected = await expectationOf(change, NAMES);
      const task = taskOf(change, NAMES);
      const seen = new Set<string>();
      const kill = async (at: number): Promise<void> => {
        const luaRoot = copyOf(expected.template);
        expect(await resultOf(start({ ...task, luaRoot, kill: { at, when } }))).toBeUndefined();
        // The next change has to do without a recovery before it.
        await checkNextInstall(copyOf(luaRoot), expected);
        seen.add(checkRecovery(luaRoot, expected));
        rmSync(luaRoot, { recursive: true, force: true });
      };
      const points = expected.operations.flatMap((name, at) =>
        when === 'before' || COMPOSITE.has(name) ? [at] : [],
      );
      // Two at a time: while one child starts, what the other left is looked at.
      for (let index = 0; index < points.length; index += 2)
        await Promise.all(points.slice(index, index + 2).map(kill));
      expect(seen).toContain(textOf(expected.old));
      if (when === 'before') expect(seen).toContain(textOf(expected.next));
    },
    300_000,
  );
});
