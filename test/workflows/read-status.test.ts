import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { checkInstallRoot } from '../../src/install/install-root.ts';
import { installPlugins } from '../../src/install/install-plugins.ts';
import { writeStateFile } from '../../src/install/state-file.ts';
import { digestOf } from '../../src/reference/digest.ts';
import { readStatus } from '../../src/workflows/read-status.ts';
import { expectError } from '../support/expect-error.ts';
import { listTree } from '../support/list-tree.ts';
import { compareVersions, makeInstallable } from '../support/make-installable.ts';
import { memoryDirectory } from '../install/memory-directory.ts';

const note = { since: '2026-02-03T04:05:06.000Z', reason: 'a test' };
const digest = digestOf(Buffer.from('bad'));
let luaRoot: string;

beforeEach(async () => {
  luaRoot = join(memoryDirectory(), 'lua');
  const requests = ['one', 'two'].map((name) => makeInstallable({ name, version: '1' }));
  await installPlugins({ luaRoot }, requests, { compareVersions });
});

describe('readStatus', () => {
  it('tells what is held, quarantined and staged, for all plugins or for one', () => {
    const { plugins } = readStatus({ luaRoot });
    writeStateFile(checkInstallRoot({ luaRoot }), {
      holds: new Map([
        ['one', note],
        ['gone', note],
      ]),
      quarantined: new Map([[digest, note]]),
      staged: plugins.filter(({ name }) => name === 'two'),
      served: new Map(),
      locks: new Map(),
    });
    const before = listTree(luaRoot);
    const status = readStatus({ luaRoot });
    expect(status.holds).toEqual([
      { name: 'gone', ...note },
      { name: 'one', ...note },
    ]);
    expect(status.quarantined).toEqual([{ digest, ...note }]);
    expect(status.staged).toMatchObject([{ name: 'two', version: '1' }]);
    const one = readStatus({ luaRoot }, 'one');
    expect(one).toMatchObject({ plugins: [{ name: 'one' }], staged: [] });
    expect(one.holds).toEqual([{ name: 'one', ...note }]);
    expect(readStatus({ luaRoot }, 'gone')).toMatchObject({ plugins: [], holds: [{}] });
    expect(listTree(luaRoot)).toEqual(before);
  });

  it('names what stands in place of a fixed link', () => {
    rmSync(join(luaRoot, 'kong/plugins/one'));
    mkdirSync(join(luaRoot, 'kong/plugins/one'));
    rmSync(join(luaRoot, 'resty/one.lua'));
    symlinkSync('/etc/hostname', join(luaRoot, 'resty/one.lua'));
    expect(readStatus({ luaRoot }, 'one').plugins[0]?.drift).toEqual([
      { path: 'kong/plugins/one', problem: 'taken' },
      { path: 'resty/one.lua', problem: 'taken' },
    ]);
  });

  it.each<[string, (current: string) => void, string]>([
    ['gone', () => undefined, 'is gone, although there are generations'],
    [
      'a directory',
      (current) => {
        mkdirSync(current);
      },
      'is no link, although there are generations',
    ],
  ])('names `current` when it is %s, and the way out', async (_, harm, message) => {
    const current = join(luaRoot, '.kongcrate/current');
    rmSync(current);
    harm(current);
    const error = await expectError(() => readStatus({ luaRoot }), 'INSTALL_FAILED');
    expect(error.message).toBe(`${current} ${message}`);
    expect(error.remedy).toContain(`ln -sfn generations/1 ${current}`);
    rmSync(current, { recursive: true, force: true });
    symlinkSync('generations/1', current);
    expect(readStatus({ luaRoot }).plugins).toHaveLength(2);
  });
});
