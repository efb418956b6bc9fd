import {
  chmodSync,
  cpSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { findDrift } from '../../src/install/find-drift.ts';
import { installPlugins } from '../../src/install/install-plugins.ts';
import { readHistory } from '../../src/install/read-history.ts';
import { readEvidence, readNodeState } from '../../src/install/read-node-state.ts';
import { expectError } from '../support/expect-error.ts';
import { compareVersions, makeInstallable } from '../support/make-installable.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { allDrift } from './look-at-node.ts';

let luaRoot: string;
let store: string;
const install = (version = '1'): Promise<unknown> =>
  installPlugins({ luaRoot }, [makeInstallable({ name: 'one', version })], { compareVersions });

beforeEach(async () => {
  luaRoot = join(temporaryDirectory(), 'lua');
  await install();
  const [name = ''] = readdirSync(join(luaRoot, '.kongcrate/store'));
  store = `.kongcrate/store/${name}`;
});

const at = (...path: readonly string[]): string => join(luaRoot, ...path);

describe('readNodeState', () => {
  it('is empty where nothing was ever installed, and makes nothing', () => {
    const elsewhere = join(temporaryDirectory(), 'nothing');
    expect(readNodeState({ luaRoot: elsewhere })).toEqual({ plugins: [] });
  });

  it('tells what is live', async () => {
    await install('2');
    const state = readNodeState({ luaRoot });
    expect(state.generation).toBe(2);
    expect(state.plugins).toMatchObject([
      { name: 'one', version: '2', links: ['kong/plugins/one', 'resty/one.lua'] },
    ]);
  });

  it('does not see a generation that was never switched to; the next change removes it', async () => {
    const options = { recursive: true, verbatimSymlinks: true } as const;
    cpSync(at('.kongcrate/generations/1'), at('.kongcrate/generations/9'), options);
    expect(readHistory({ luaRoot }).map(({ generation }) => generation)).toEqual([1]);
    await install('2');
    expect(readdirSync(at('.kongcrate/generations'))).toEqual(['1', '2']);
  });

  it.each<[string, () => void, string]>([
    [
      'a missing receipt',
      () => {
        rmSync(at('.kongcrate/generations/1/receipt.json'));
      },
      'is missing',
    ],
    [
      'a damaged receipt',
      () => {
        writeFileSync(at('.kongcrate/generations/1/receipt.json'), '{');
      },
      'JSON',
    ],
    [
      'a receipt of a later kongcrate',
      () => {
        writeFileSync(at('.kongcrate/generations/1/receipt.json'), '{"schemaVersion":2}');
      },
      'schemaVersion 2, not 1',
    ],
    [
      'a link to no generation',
      () => {
        rmSync(at('.kongcrate/current'));
        symlinkSync('/etc', at('.kongcrate/current'));
      },
      'leads to "/etc"',
    ],
  ])('refuses %s, for reading and for every change', async (_, damage, message) => {
    damage();
    const error = await expectError(() => readNodeState({ luaRoot }), 'INSTALL_FAILED');
    expect(error.message).toContain(message);
    await expectError(() => install('2'), 'INSTALL_FAILED');
  });

  it('refuses a missing switch when there are generations that need it', async () => {
    await install('2');
    rmSync(at('.kongcrate/current'));
    const error = await expectError(() => readNodeState({ luaRoot }), 'INSTALL_FAILED');
    expect(error.remedy).toContain(`ln -sfn generations/2 ${at('.kongcrate/current')}`);
    await expectError(() => install('3'), 'INSTALL_FAILED');
    expect(readdirSync(at('.kongcrate/generations'))).toEqual(['1', '2']);
  });
});

describe('findDrift', () => {
  const handler = 'kong/plugins/one/handler.lua';

  it.each<[string, () => void, () => string[]]>([
    [
      'a changed file',
      () => {
        writeFileSync(at(handler), 'x');
      },
      () => [`${handler} changed`],
    ],
    [
      'a missing file',
      () => {
        rmSync(at(handler));
      },
      () => [`${handler} missing`],
    ],
    [
      'an extra file',
      () => {
        writeFileSync(at('kong/plugins/one/x.lua'), '');
      },
      () => ['kong/plugins/one/x.lua extra'],
    ],
    [
      'an unreadable mode',
      () => {
        chmodSync(at(handler), 0o600);
      },
      () => [`${handler} mode`],
    ],
    [
      'a closed directory',
      () => {
        chmodSync(at(store, 'kong/plugins'), 0o700);
      },
      () => [`${store}/kong/plugins mode`],
    ],
    [
      'a link in place of a file',
      () => {
        rmSync(at(handler));
        symlinkSync('/etc/passwd', at(handler));
      },
      () => [`${handler} link`],
    ],
    [
      'a link in place of a directory',
      () => {
        renameSync(at(store, 'resty'), at('elsewhere'));
        symlinkSync('../../../elsewhere', at(store, 'resty'));
      },
      () => [`${store}/resty link`, 'resty/one.lua missing'],
    ],
    [
      'a missing fixed link',
      () => {
        rmSync(at('resty/one.lua'));
      },
      () => ['resty/one.lua missing'],
    ],
    [
      'a missing inner link',
      () => {
        rmSync(at('.kongcrate/generations/1/kong/plugins/one'));
      },
      () => ['.kongcrate/generations/1/kong/plugins/one missing'],
    ],
    [
      'another inner link',
      () => {
        rmSync(at('.kongcrate/generations/1/resty/one.lua'));
        symlinkSync('/etc/passwd', at('.kongcrate/generations/1/resty/one.lua'));
      },
      () => ['.kongcrate/generations/1/resty/one.lua link'],
    ],
    [
      'a store that is gone',
      () => {
        rmSync(at(store), { recursive: true });
      },
      () => [
        `${store} missing`,
        `${handler} missing`,
        'kong/plugins/one/schema.lua missing',
        'resty/one.lua missing',
        `${store}/.evidence missing`,
      ],
    ],
  ])('finds %s, and installing again repairs it', async (_, damage, expected) => {
    damage();
    const found = allDrift(luaRoot).map((line) => line.replace(/\/sha256-[0-9a-f]+\.json/, ''));
    expect(found).toEqual(expected());
    expect(await install()).toMatchObject({ generation: 1, plugins: [{ state: 'repaired' }] });
    expect(allDrift(luaRoot)).toEqual([]);
  });

  it('says nothing of a receipt that a switch overtook, pruned or not', async () => {
    const [old] = readNodeState({ luaRoot }).plugins;
    await install('2');
    expect(old && findDrift({ luaRoot }, old)).toEqual([]);
    await installPlugins(
      { luaRoot, keepGenerations: 1 },
      [makeInstallable({ name: 'one', version: '3' })],
      { compareVersions },
    );
    expect(readdirSync(at('.kongcrate/store'))).toHaveLength(1);
    expect(old && findDrift({ luaRoot }, old)).toEqual([]);
    const [live] = readNodeState({ luaRoot }).plugins;
    rmSync(at('resty/one.lua'));
    expect(live && findDrift({ luaRoot }, live)).toEqual([
      { path: 'resty/one.lua', problem: 'missing' },
    ]);
  });

  it('finds changed evidence, which is no evidence any more', async () => {
    const [name = ''] = readdirSync(at(store, '.evidence'));
    writeFileSync(at(store, '.evidence', name), '{}');
    expect(allDrift(luaRoot)).toEqual([`${store}/.evidence/${name} changed`]);
    const [plugin] = readNodeState({ luaRoot }).plugins;
    await expectError(() => plugin && readEvidence({ luaRoot }, plugin), 'INSTALL_FAILED');
    const other = makeInstallable({ name: 'one', version: '1', note: 'found later' });
    const outcome = await installPlugins({ luaRoot }, [other], { compareVersions });
    expect(outcome).toMatchObject({ generation: 2, plugins: [{ state: 'repaired' }] });
    expect(allDrift(luaRoot)).toEqual([]);
  });
});
