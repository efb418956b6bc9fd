import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { constants } from 'node:os';
import { describe, expect, it } from 'vitest';
import type { FileOperations } from '../../src/install/file-operations.ts';
import { installPlugins } from '../../src/install/install-plugins.ts';
import { checkInstallRoot, type InstallRoot } from '../../src/install/install-root.ts';
import { recover } from '../../src/install/recover.ts';
import { removePlugins } from '../../src/install/remove-plugins.ts';
import { rollbackPlugins } from '../../src/install/rollback-plugins.ts';
import { KongcrateError } from '../../src/errors/kongcrate-error.ts';
import { compareVersions, makeInstallable } from '../support/make-installable.ts';
import { memoryDirectory } from './memory-directory.ts';
import { countOperations, interceptOperations, type Operation } from './intercept-operations.ts';
import { allDrift, installed, leftInTmp, versionsRead } from './look-at-node.ts';

const install = (root: InstallRoot, version: string): Promise<{ notCleanedUp?: string }> =>
  installPlugins(
    root,
    ['one', 'two'].map((name) => makeInstallable({ name, version })),
    { compareVersions, unhold: true },
  );

const ACTIONS: Record<string, { before: string[]; after: string; act: typeof install }> = {
  'first install': { before: [], after: '1', act: (root) => install(root, '1') },
  upgrade: { before: ['1'], after: '2', act: (root) => install(root, '2') },
  rollback: {
    before: ['1', '2'],
    after: '1',
    act: (root) => rollbackPlugins(root, { authorize: () => Promise.resolve() }),
  },
  removal: {
    before: ['1'],
    after: 'absent',
    act: (root) => removePlugins(root, ['one', 'two'], { authorize: () => undefined }),
  },
};

function errnoError(code: 'ENOSPC' | 'EROFS' | 'EACCES', at: Operation): Error {
  const path = String(at.args[0]);
  return Object.assign(new Error(`${code}: injected, ${at.name} '${path}'`), {
    code,
    errno: -constants.errno[code],
    syscall: at.name,
    path,
  });
}

/** Fails at one operation; or from it on, as when a file system turns read-only. */
function failingAt(
  failAt: number,
  code: Parameters<typeof errnoError>[0],
  once: boolean,
): { files: FileOperations; failed: () => Operation | undefined } {
  let failed: Operation | undefined;
  const files = interceptOperations((operation) => {
    if (operation.index === failAt || (!once && operation.index > failAt)) {
      failed ??= operation;
      throw errnoError(code, operation);
    }
    operation.run();
  });
  return { files, failed: () => failed };
}

describe.each(Object.entries(ACTIONS))('%s with a failing file system', (_, action) => {
  const template = join(memoryDirectory(), 'template');
  const prepare = async (): Promise<string> => {
    if (!existsSync(template))
      for (const version of action.before) await install({ luaRoot: template }, version);
    const luaRoot = join(memoryDirectory(), 'lua');
    if (existsSync(template))
      cpSync(template, luaRoot, { recursive: true, verbatimSymlinks: true });
    return luaRoot;
  };

  it.each([
    ['ENOSPC', true],
    ['EACCES', true],
    ['EROFS', false],
  ] as const)('leaves old or new state at every operation: %s, once: %s', async (code, once) => {
    const old = action.before.at(-1) ?? 'absent';
    for (let failAt = 0; ; failAt += 1) {
      const luaRoot = await prepare();
      const { files, failed } = failingAt(failAt, code, once);
      const result = await action.act({ luaRoot, files }, action.after).catch((e: unknown) => e);
      const at = failed();
      if (!at) break;
      const where = `${failAt}: ${at.name} ${String(at.args[0])}`;
      const state = [...versionsRead(luaRoot, 'one'), ...versionsRead(luaRoot, 'two')];
      expect(new Set(state).size, where).toBe(1);
      if (result instanceof KongcrateError) {
        expect(result.code, where).toBe('INSTALL_FAILED');
        expect(result.details, where).toMatchObject({ errno: code });
        expect(result.message, where).toContain('the old state is in place');
        expect(state[0], where).toBe(old);
      } else {
        if (result instanceof Error) throw result;
        expect(state[0], where).toBe(action.after);
      }
      // A process that runs on keeps the mutex that it could not remove.
      const isStuck = !once || (at.name === 'unlink' && String(at.args[0]).endsWith('/mutex'));
      if (isStuck) rmSync(join(luaRoot, '.kongcrate/mutex'), { force: true });
      expect(existsSync(join(luaRoot, '.kongcrate/mutex')), where).toBe(false);
      await continueAfterwards(luaRoot);
      rmSync(luaRoot, { recursive: true });
    }
  });
});

async function continueAfterwards(luaRoot: string): Promise<void> {
  if (existsSync(join(luaRoot, '.kongcrate/tmp'))) recover(checkInstallRoot({ luaRoot }));
  const { files, count } = countOperations();
  recover(checkInstallRoot({ luaRoot, files }));
  expect(count()).toBe(0);
  await install({ luaRoot }, '3');
  expect(installed(luaRoot)).toEqual(['one 3', 'two 3']);
  expect(allDrift(luaRoot)).toEqual([]);
  expect(leftInTmp(luaRoot)).toEqual([]);
}

describe('a failed operation', () => {
  it('is told with path, reason and remedy, and leaves nothing behind', async () => {
    const luaRoot = join(memoryDirectory(), 'lua');
    await install({ luaRoot }, '1');
    const files = interceptOperations((operation) => {
      if (operation.name === 'writeFile' && String(operation.args[0]).endsWith('schema.lua'))
        throw errnoError('ENOSPC', operation);
      operation.run();
    });
    const error = (await install({ luaRoot, files }, '2').catch(
      (e: unknown) => e,
    )) as KongcrateError;
    expect(error.message).toMatch(/schema\.lua: no space left on device \(ENOSPC\); the old state/);
    expect(error.remedy).toContain('Free some space');
    expect(leftInTmp(luaRoot)).toEqual([]);
    expect(readdirSync(join(luaRoot, '.kongcrate/store'))).toHaveLength(2);
    expect(readdirSync(join(luaRoot, '.kongcrate'))).not.toContain('mutex');
  });

  it('after the switch takes nothing back, and says what is left to clean', async () => {
    const luaRoot = join(memoryDirectory(), 'lua');
    await install({ luaRoot }, '1');
    let switched = false;
    const files = interceptOperations((operation) => {
      if (switched) throw errnoError('EROFS', operation);
      operation.run();
      switched = String(operation.args[1]).endsWith('/current') && operation.name === 'rename';
    });
    const { notCleanedUp } = await install({ luaRoot, files }, '2');
    expect(notCleanedUp).toContain('read-only file system (EROFS)');
    expect(installed(luaRoot)).toEqual(['one 2', 'two 2']);
  });
});
