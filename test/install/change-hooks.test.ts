import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ChangeHooks } from '../../src/install/change-hooks.ts';
import { installPlugins, type InstallOptions } from '../../src/install/install-plugins.ts';
import type { InstallRoot } from '../../src/install/install-root.ts';
import { occupyNode } from '../../src/install/occupy-node.ts';
import { quarantine, recordServed } from '../../src/install/quarantine.ts';
import { readNodeRecords } from '../../src/install/read-node-state.ts';
import { rollbackPlugins } from '../../src/install/rollback-plugins.ts';
import { digestOf } from '../../src/reference/digest.ts';
import { expectError } from '../support/expect-error.ts';
import { compareVersions, makeInstallable } from '../support/make-installable.ts';
import { allDrift, installed, leftInTmp, versionsRead } from './look-at-node.ts';
import { memoryDirectory } from './memory-directory.ts';
import { readHistory } from '../../src/install/read-history.ts';

let luaRoot: string;
let calls: string[];
beforeEach(() => {
  luaRoot = join(memoryDirectory(), 'lua');
  calls = [];
});

const install = (
  version: string,
  { keepGenerations = 1, ...options }: Partial<InstallOptions & InstallRoot> = {},
): Promise<unknown> =>
  installPlugins({ luaRoot, keepGenerations }, [makeInstallable({ name: 'one', version })], {
    compareVersions,
    ...options,
  });

/** Hooks that note what they see, and fail where they are told to. */
function hooks(failAt?: 'beforeSwitch' | 'afterSwitch'): ChangeHooks {
  const step = (name: string, seen: readonly unknown[]): Promise<void> => {
    calls.push([name, ...seen].join(' '));
    return name === failAt ? Promise.reject(new Error(`${name} fails`)) : Promise.resolve();
  };
  return {
    beforeSwitch: ({ path, generation, previousGeneration, before, after }) => {
      const text = readFileSync(join(path, 'kong/plugins/one/handler.lua'), 'utf8');
      const version = /VERSION = "([^"]+)"/.exec(text)?.[1];
      const live = [before.get('one')?.version, after.get('one')?.version];
      return step('beforeSwitch', [previousGeneration, generation, version, ...live]);
    },
    afterSwitch: () => step('afterSwitch', versionsRead(luaRoot, 'one')),
    afterFailure: (error, notReturned) =>
      step('afterFailure', [String(error), notReturned, ...versionsRead(luaRoot, 'one')]),
  };
}

const held = (version: string): string => Array.from({ length: 3 }, () => version).join(' ');

describe('what is done around a switch', () => {
  it('sees the next generation before it is live, and after, before anything is pruned', async () => {
    await install('1', { hooks: hooks() });
    let kept = false;
    const { afterSwitch, ...others } = hooks();
    const look = async (): Promise<void> => {
      kept = existsSync(join(luaRoot, '.kongcrate/generations/1'));
      await afterSwitch();
    };
    await install('2', { hooks: { ...others, afterSwitch: look } });
    expect(calls).toEqual([
      'beforeSwitch 0 1 1  1',
      `afterSwitch ${held('1')}`,
      'beforeSwitch 1 2 2 1 2',
      `afterSwitch ${held('2')}`,
    ]);
    expect([kept, existsSync(join(luaRoot, '.kongcrate/generations/1'))]).toEqual([true, false]);
  });

  it('is not asked where nothing is switched', async () => {
    await install('1');
    await install('1', { hooks: hooks() });
    await install('2', { hooks: hooks(), stage: true });
    expect(calls).toEqual([]);
  });

  it('ends a change before it is live', async () => {
    await install('1');
    await expect(install('2', { hooks: hooks('beforeSwitch') })).rejects.toThrow(
      'beforeSwitch fails',
    );
    expect(calls).toEqual([
      'beforeSwitch 1 2 2 1 2',
      `afterFailure Error: beforeSwitch fails  ${held('1')}`,
    ]);
    expect([installed(luaRoot), leftInTmp(luaRoot)]).toEqual([['one 1'], []]);
    expect(readHistory({ luaRoot })).toHaveLength(1);
  });

  it('takes a change back as one more generation, with its holds, when it fails after it', async () => {
    await install('1');
    await install('2', { keepGenerations: 5 });
    await expect(install('3', { hooks: hooks('afterSwitch') })).rejects.toThrow(
      'afterSwitch fails',
    );
    expect(calls.slice(1)).toEqual([
      `afterSwitch ${held('3')}`,
      `afterFailure Error: afterSwitch fails  ${held('2')}`,
    ]);
    const authorize = (): Promise<void> => Promise.resolve();
    const failing = { authorize, hooks: hooks('afterSwitch') };
    await expect(rollbackPlugins({ luaRoot }, failing)).rejects.toThrow('afterSwitch fails');
    expect([installed(luaRoot), allDrift(luaRoot)]).toEqual([['one 2'], []]);
    expect(readNodeRecords({ luaRoot }).holds.size).toBe(0);
    const history = readHistory({ luaRoot }).map(({ generation, action }) => [generation, action]);
    expect(history.slice(0, 3)).toEqual([
      [6, 'undo'],
      [5, 'rollback'],
      [4, 'undo'],
    ]);
    // What did not work is nothing to go back to.
    expect(await rollbackPlugins({ luaRoot }, { authorize })).toMatchObject({
      restoredGeneration: 1,
    });
    expect(installed(luaRoot)).toEqual(['one 1']);
  });

  it('puts back what a change took over, when it fails after it', async () => {
    const directory = join(luaRoot, 'kong/plugins/one');
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'handler.lua'), 'by hand');
    const failing = { adopt: true, hooks: hooks('afterSwitch') };
    await expect(install('1', failing)).rejects.toThrow('afterSwitch fails');
    expect(lstatSync(directory).isDirectory()).toBe(true);
    expect(readFileSync(join(directory, 'handler.lua'), 'utf8')).toBe('by hand');
    expect(existsSync(join(luaRoot, 'resty/one.lua'))).toBe(false);
    expect(installed(luaRoot)).toEqual([]);
  });
});

describe('an occupied node', () => {
  it('can go back to what any kept generation held, and keeps others out', async () => {
    await installPlugins({ luaRoot }, [makeInstallable({ name: 'one', version: '1' })], {
      compareVersions,
    });
    await installPlugins({ luaRoot }, [makeInstallable({ name: 'one', version: '2' })], {
      compareVersions,
    });
    await occupyNode(
      { luaRoot },
      async ({ generation, returnTo }) => {
        const other = occupyNode({ luaRoot, lockWaitMs: 0 }, () => Promise.resolve({}), undefined);
        await expectError(() => other, 'NODE_BUSY');
        await returnTo(generation - 1);
        return {};
      },
      undefined,
    );
    expect(installed(luaRoot)).toEqual(['one 1']);
    await occupyNode({ luaRoot }, ({ returnTo }) => returnTo(0).then(() => ({})), undefined);
    expect(installed(luaRoot)).toEqual([]);
    expect(existsSync(join(luaRoot, 'kong/plugins/one'))).toBe(false);
  });
});

describe('quarantine', () => {
  it('keeps the reason of each artifact until it is released', async () => {
    await install('1');
    const [bad, other] = ['bad', 'other'].map((text) => digestOf(Buffer.from(text)));
    if (!bad || !other) throw new Error('no digests');
    quarantine({ luaRoot }, [bad, other], 'does not load');
    recordServed({ luaRoot }, { prefix: '/kong', generation: 1, digests: [other] });
    const { quarantined } = readNodeRecords({ luaRoot });
    expect([...quarantined.keys()]).toEqual([bad]);
    expect(quarantined.get(bad)).toMatchObject({ reason: 'does not load' });
  });
});

describe('what a Kong was seen to serve', () => {
  const generations = (): string[] => readdirSync(join(luaRoot, '.kongcrate/generations')).sort();
  const serves = (prefix: string, generation: number): void => {
    recordServed({ luaRoot }, { prefix, generation, digests: [] });
  };

  it('stays, with its files, until it is seen to serve something else', async () => {
    for (const version of ['1', '2', '3']) await install(version);
    for (const prefix of ['/one', '/two']) serves(prefix, 3);
    for (const version of ['4', '5', '6']) await install(version);
    expect(generations()).toEqual(['3', '6']);
    serves('/one', 6);
    await install('7');
    expect(generations()).toEqual(['3', '6', '7']);
    serves('/two', 7);
    await install('8');
    expect(generations()).toEqual(['6', '7', '8']);
    expect(readdirSync(join(luaRoot, '.kongcrate/store'))).toHaveLength(3);
  });

  it('stays too where it is told for one change alone', async () => {
    await install('1');
    const request = makeInstallable({ name: 'one', version: '2' });
    const root = { luaRoot, keepGenerations: 1, sparedGenerations: [1] };
    await installPlugins(root, [request], { compareVersions });
    expect(generations()).toEqual(['1', '2']);
    await install('3');
    expect(generations()).toEqual(['3']);
  });
});
