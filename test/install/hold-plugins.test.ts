import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { holdPlugins, unholdPlugins } from '../../src/install/hold-plugins.ts';
import { installPlugins } from '../../src/install/install-plugins.ts';
import { readNodeRecords } from '../../src/install/read-node-state.ts';
import { expectError } from '../support/expect-error.ts';
import { compareVersions, makeInstallable } from '../support/make-installable.ts';
import { memoryDirectory } from './memory-directory.ts';

const now = (): Date => new Date('2026-02-03T04:05:06Z');
const since = '2026-02-03T04:05:06.000Z';
let luaRoot: string;

beforeEach(async () => {
  luaRoot = join(memoryDirectory(), 'lua');
  const requests = ['one', 'constructor'].map((name) => makeInstallable({ name, version: '1' }));
  await installPlugins({ luaRoot }, requests, { compareVersions });
});

const held = (): unknown => Object.fromEntries(readNodeRecords({ luaRoot }).holds);

describe('holding plugins', () => {
  it('is recorded with its reason, and taken away again', async () => {
    const reason = 'until Friday';
    const outcome = await holdPlugins({ luaRoot, now }, ['one', 'constructor'], { reason });
    expect(outcome.plugins).toEqual([
      { name: 'one', state: 'held', hold: { since, reason } },
      { name: 'constructor', state: 'held', hold: { since, reason } },
    ]);
    expect(held()).toEqual({ one: { since, reason }, constructor: { since, reason } });
    const released = await unholdPlugins({ luaRoot }, ['one']);
    expect(released.plugins).toEqual([{ name: 'one', state: 'released' }]);
    expect(held()).toEqual({ constructor: { since, reason } });
  });

  it.each(['a\nheld two: since now, forged', '\u001b[2K', 'a\rb', '\u202e'])(
    'for %j, which would be shown as something else, is refused',
    async (reason) => {
      const error = await expectError(() => holdPlugins({ luaRoot }, ['one'], { reason }), 'USAGE');
      expect(error.details).toEqual({ reason });
      expect(held()).toEqual({});
    },
  );

  it('twice changes nothing but a reason that is given', async () => {
    await holdPlugins({ luaRoot, now }, ['one'], { reason: 'first' });
    const again = await holdPlugins({ luaRoot }, ['one', 'one']);
    expect(again.plugins).toEqual([
      { name: 'one', state: 'unchanged', hold: { since, reason: 'first' } },
    ]);
    await holdPlugins({ luaRoot }, ['one'], { reason: 'second' });
    expect(held()).toEqual({ one: { since, reason: 'second' } });
    await unholdPlugins({ luaRoot }, ['one']);
    const free = await unholdPlugins({ luaRoot }, ['one']);
    expect(free.plugins).toEqual([{ name: 'one', state: 'unchanged' }]);
  });

  it('holds all of them or none', async () => {
    for (const change of [holdPlugins, unholdPlugins]) {
      const error = await expectError(() => change({ luaRoot }, ['one', 'two']), 'NOT_FOUND');
      expect(error.message).toBe(`two is not installed under ${luaRoot}`);
      expect(error.remedy).toBe('Installed here: constructor, one');
    }
    expect(existsSync(join(luaRoot, '.kongcrate/state.json'))).toBe(false);
  });

  it('removes no generation, however many there are', async () => {
    for (const version of ['2', '3'])
      await installPlugins(
        { luaRoot, keepGenerations: 9 },
        [makeInstallable({ name: 'one', version })],
        { compareVersions },
      );
    await holdPlugins({ luaRoot, keepGenerations: 1 }, ['one']);
    expect(readdirSync(join(luaRoot, '.kongcrate/generations'))).toEqual(['1', '2', '3']);
  });

  it('that is there is not written again', async () => {
    const inode = (): number => statSync(join(luaRoot, '.kongcrate/state.json')).ino;
    await holdPlugins({ luaRoot }, ['one']);
    const before = inode();
    await holdPlugins({ luaRoot }, ['one']);
    expect(inode()).toBe(before);
    await holdPlugins({ luaRoot }, ['constructor']);
    expect(inode()).not.toBe(before);
  });
});
