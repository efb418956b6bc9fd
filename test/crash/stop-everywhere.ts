import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { FileOperations } from '../../src/install/file-operations.ts';
import { checkInstallRoot } from '../../src/install/install-root.ts';
import { recover } from '../../src/install/recover.ts';
import {
  countOperations,
  interceptOperations,
  type Operation,
} from '../install/intercept-operations.ts';
import { leftInTmp } from '../install/look-at-node.ts';
import { COMPOSITE, doHalf } from '../support/do-half.ts';
import { leaveMutex } from './change.ts';
import { copyOf } from './killed-root.ts';

export interface StoppedWork {
  /** The Lua root that each run finds, copied. */
  readonly template: string;
  readonly work: (luaRoot: string, files: FileOperations) => Promise<unknown>;
  /** How an operation is done, where that is not as always. */
  readonly run?: (operation: Operation) => void;
  /** Looks at what was left; `where` says after which operation. */
  readonly check: (luaRoot: string, where: string) => Promise<void>;
}

/**
 * Stops the work before and in the middle of each of its operations: to the disk the same as a kill,
 * without the start of a process, since from there on nothing is done.
 * @returns how often it was stopped
 */
export async function stopEverywhere(stopped: StoppedWork): Promise<number> {
  const { template, work, check, run = runAsAlways } = stopped;
  const names: string[] = [];
  const whole = copyOf(template);
  const files = interceptOperations((operation) => {
    names.push(operation.name);
    run(operation);
  });
  await work(whole, files);
  await check(whole, 'not stopped');
  let stops = 0;
  for (const [at, name] of names.entries())
    for (const isMidway of COMPOSITE.has(name as keyof FileOperations) ? [false, true] : [false]) {
      const luaRoot = copyOf(template);
      await work(luaRoot, stoppingAt(at, isMidway, run)).catch((error: unknown) => {
        expect(error).toHaveProperty('message', 'stopped');
      });
      if (existsSync(join(luaRoot, '.kongcrate/mutex'))) leaveMutex(luaRoot);
      await check(luaRoot, `stopped ${isMidway ? 'in' : 'before'} operation ${at}, ${name}`);
      rmSync(luaRoot, { recursive: true, force: true });
      stops += 1;
    }
  return stops;
}

function runAsAlways(operation: Operation): void {
  operation.run();
}

function stoppingAt(at: number, isMidway: boolean, run: typeof runAsAlways): FileOperations {
  return interceptOperations((operation) => {
    if (operation.index === at && isMidway) doHalf(operation);
    if (operation.index >= at) throw new Error('stopped');
    run(operation);
  });
}

/** Recovers, and demands that there is nothing left to do then. */
export function recoverTwice(luaRoot: string): void {
  if (!existsSync(join(luaRoot, '.kongcrate/tmp'))) return;
  recover(checkInstallRoot({ luaRoot }));
  const { files, count } = countOperations();
  recover(checkInstallRoot({ luaRoot, files }));
  expect(count()).toBe(0);
  expect(leftInTmp(luaRoot)).toEqual([]);
}
