import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copyPlugins } from '../../src/install/copy-plugins.ts';
import { installPlugins, type InstallOptions } from '../../src/install/install-plugins.ts';
import { canMount } from '../support/can-mount.ts';
import { expectError } from '../support/expect-error.ts';
import { listTree } from '../support/list-tree.ts';
import { compareVersions, makeInstallable } from '../support/make-installable.ts';
import { run } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { installed, versionsRead } from './look-at-node.ts';

let luaRoot: string;

const install = (
  name: string,
  version: string,
  options: Partial<InstallOptions> = {},
): Promise<unknown> =>
  installPlugins({ luaRoot }, [makeInstallable({ name, version })], {
    compareVersions,
    ...options,
  });

const big = () =>
  makeInstallable({
    name: 'big',
    version: '1',
    files: {
      'kong/plugins/big/handler.lua': '',
      'kong/plugins/big/schema.lua': '-'.repeat(400_000),
    },
  });

async function mounted(...args: readonly string[]): Promise<void> {
  const { status, stderr } = await run('mount', [...args, luaRoot]);
  expect(status, stderr).toBe(0);
}

describe.runIf(canMount)('a disk that takes no more', () => {
  beforeEach(async () => {
    luaRoot = temporaryDirectory();
    await mounted('-t', 'tmpfs', '-o', 'size=256k,mode=755', 'tmpfs');
    await install('one', '1');
    mkdirSync(join(luaRoot, 'kong/plugins/big'));
    writeFileSync(join(luaRoot, 'kong/plugins/big/handler.lua'), 'by hand');
  });
  afterEach(() => run('umount', [luaRoot]));

  const MODES: Record<string, (request: ReturnType<typeof big>) => Promise<unknown>> = {
    install: (request) => installPlugins({ luaRoot }, [request], { compareVersions, adopt: true }),
    'install --stage': (request) =>
      installPlugins({ luaRoot }, [request], { compareVersions, stage: true }),
  };

  it.each(Object.entries(MODES))('is full: %s leaves everything as it was', async (_, act) => {
    const before = listTree(luaRoot);
    const error = await expectError(() => act(big()), 'INSTALL_FAILED');
    expect(error).toMatchObject({ exitCode: 9, details: { errno: 'ENOSPC' } });
    expect(error.remedy).toContain('Free some space');
    expect(listTree(luaRoot)).toEqual(before);
    await install('one', '2');
    expect(versionsRead(luaRoot, 'one')).toEqual(['2', '2', '2']);
  });

  it('is read-only: nothing is changed, and reading goes on', async () => {
    const before = listTree(luaRoot);
    await mounted('-o', 'remount,ro');
    for (const options of [{}, { stage: true }, { adopt: true }]) {
      const error = await expectError(() => install('one', '2', options), 'INSTALL_FAILED');
      expect(error.details).toMatchObject({ errno: 'EROFS' });
    }
    expect(listTree(luaRoot)).toEqual(before);
    expect(installed(luaRoot)).toEqual(['one 1']);
    await install('one', '2', { dryRun: true });
  });

  it('is full in the middle of a copy, which leaves no part of a plugin', async () => {
    await run('umount', [luaRoot]);
    await mounted('-t', 'tmpfs', '-o', 'size=256k,mode=755', 'tmpfs');
    const error = await expectError(() => copyPlugins({ luaRoot }, [big()], {}), 'INSTALL_FAILED');
    expect(error.details).toMatchObject({ errno: 'ENOSPC' });
    expect(listTree(luaRoot)).toEqual(['kong/', 'kong/plugins/']);
    await mounted('-o', 'remount,ro');
    const again = await expectError(() => copyPlugins({ luaRoot }, [big()], {}), 'INSTALL_FAILED');
    expect(again.details).toMatchObject({ errno: 'EROFS' });
  });
});
