import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { holdPlugins, unholdPlugins } from '../../src/install/hold-plugins.ts';
import { installPlugins } from '../../src/install/install-plugins.ts';
import { quarantine } from '../../src/install/quarantine.ts';
import { readHistory } from '../../src/install/read-history.ts';
import { readNodeRecords, readNodeState } from '../../src/install/read-node-state.ts';
import {
  rollbackPlugins,
  type RollbackOptions,
  type RollbackOutcome,
} from '../../src/install/rollback-plugins.ts';
import { digestOf } from '../../src/reference/digest.ts';
import { expectError } from '../support/expect-error.ts';
import { compareVersions, makeInstallable } from '../support/make-installable.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { interceptOperations } from './intercept-operations.ts';
import { allDrift, installed, versionsRead } from './look-at-node.ts';

let luaRoot: string;
beforeEach(() => {
  luaRoot = join(temporaryDirectory(), 'lua');
});

async function install(...plugins: readonly string[]): Promise<void> {
  const requests = plugins.map((text) => {
    const [name = '', version = ''] = text.split(' ');
    return makeInstallable({ name, version });
  });
  await installPlugins({ luaRoot }, requests, { compareVersions, unhold: true });
}

const rollback = (options: Partial<RollbackOptions> = {}): Promise<RollbackOutcome> =>
  rollbackPlugins({ luaRoot }, { authorize: () => Promise.resolve(), ...options });

describe('rollbackPlugins', () => {
  it('brings the generation before back, as a new one', async () => {
    await install('one 1', 'two 1');
    await install('one 2', 'three 1');
    expect(await rollback()).toEqual({
      generation: 3,
      previousGeneration: 2,
      restoredGeneration: 1,
      plugins: [
        {
          name: 'one',
          version: '1',
          digest: makeInstallable({ name: 'one', version: '1' }).subject.manifestDigest,
          state: 'restored',
          previousVersion: '2',
        },
        { name: 'three', state: 'removed', previousVersion: '1' },
      ],
    });
    expect(installed(luaRoot)).toEqual(['one 1', 'two 1']);
    expect(versionsRead(luaRoot, 'three')).toEqual(['absent', 'absent', 'absent']);
    expect(readdirSync(join(luaRoot, 'kong/plugins')).sort()).toEqual(['one', 'two']);
    expect(allDrift(luaRoot)).toEqual([]);
    expect(readHistory({ luaRoot }).map(({ action }) => action)).toEqual([
      'rollback',
      'install',
      'install',
    ]);
  });

  it('brings one plugin back as it was in its last different generation', async () => {
    await install('one 1', 'two 1');
    await install('two 2');
    await install('two 3', 'three 1');
    expect(await rollback({ name: 'one' }).catch((error: unknown) => error)).toMatchObject({
      code: 'NOTHING_TO_ROLL_BACK',
    });
    expect(await rollback({ name: 'two' })).toMatchObject({ generation: 4, restoredGeneration: 2 });
    expect(installed(luaRoot)).toEqual(['one 1', 'three 1', 'two 2']);
    await rollback({ name: 'three' });
    expect(installed(luaRoot)).toEqual(['one 1', 'two 2']);
    await rollback({ name: 'three' });
    expect(installed(luaRoot)).toEqual(['one 1', 'three 1', 'two 2']);
    expect(allDrift(luaRoot)).toEqual([]);
  });

  it.each([{}, { name: 'one' }])('goes over what is in quarantine: %j', async (options) => {
    for (const version of ['1', '2', '3']) await install(`one ${version}`);
    const { manifestDigest } = makeInstallable({ name: 'one', version: '2' }).subject;
    quarantine({ luaRoot }, [manifestDigest], 'it did not serve');
    await rollback(options);
    expect(installed(luaRoot)).toEqual(['one 1']);
  });

  it('lets the caller judge what comes back, by its evidence, and nothing else', async () => {
    await install('one 1', 'two 1');
    await install('one 2');
    const judged: string[] = [];
    await rollback({
      authorize: (plugins, evidenceOf) => {
        for (const plugin of plugins) {
          const [bytes = Buffer.of()] = evidenceOf(plugin).blobs.values();
          judged.push(`${plugin.name} ${plugin.version ?? ''} ${digestOf(bytes)}`);
        }
        return Promise.resolve();
      },
    });
    const { manifestDigest } = makeInstallable({ name: 'one', version: '1' }).subject;
    expect(judged).toEqual([`one 1 ${manifestDigest}`]);
  });

  it('changes nothing when the caller refuses', async () => {
    await install('one 1');
    await install('one 2');
    const refusal = new Error('revoked');
    const authorize = (): Promise<void> => Promise.reject(refusal);
    expect(await rollback({ authorize }).catch((error: unknown) => error)).toBe(refusal);
    expect(readNodeState({ luaRoot }).generation).toBe(2);
    expect(installed(luaRoot)).toEqual(['one 2']);
    await install('one 3');
  });

  it('decides without changing with dryRun', async () => {
    await install('one 1');
    await install('one 2');
    expect(await rollback({ dryRun: true })).toMatchObject({ generation: 3 });
    expect(readNodeState({ luaRoot }).generation).toBe(2);
  });

  it('refuses where there is nothing earlier', async () => {
    await expectError(() => rollback(), 'NOTHING_TO_ROLL_BACK');
    await install('one 1');
    await expectError(() => rollback(), 'NOTHING_TO_ROLL_BACK');
    await expectError(() => rollback({ name: 'other' }), 'NOTHING_TO_ROLL_BACK');
  });

  it('refuses stored files that were changed, and says how to get them back', async () => {
    await install('one 1');
    await install('one 2');
    const { plugin, subject } = makeInstallable({ name: 'one', version: '1' });
    const layer = plugin.plan.archiveDigest;
    const store = join(luaRoot, '.kongcrate/store', layer.replace(':', '-'));
    writeFileSync(join(store, 'kong/plugins/one/handler.lua'), 'evil');
    const error = await expectError(() => rollback(), 'INSTALL_FAILED');
    expect(error.message).toContain('kong/plugins/one/handler.lua of one 1');
    expect(error.remedy).toContain(`one@${subject.manifestDigest} again`);
    rmSync(store, { recursive: true });
    await expectError(() => rollback(), 'INSTALL_FAILED');
    expect(versionsRead(luaRoot, 'one')).toEqual(['2', '2', '2']);
  });

  it("refuses to take another plugin's path back", async () => {
    await install('one 1');
    const files = { 'kong/plugins/one/handler.lua': '2' };
    const request = makeInstallable({ name: 'one', version: '2', files });
    await installPlugins({ luaRoot }, [request], { compareVersions });
    const taker = { 'kong/plugins/two/handler.lua': '', 'resty/one.lua': '' };
    const two = makeInstallable({ name: 'two', version: '1', files: taker });
    await installPlugins({ luaRoot }, [two], { compareVersions });
    await expectError(() => rollback({ name: 'one' }), 'NOT_OURS');
    expect(installed(luaRoot)).toEqual(['one 2', 'two 1']);
  });

  it('holds what it changed, which the next rollback may change all the same', async () => {
    await install('one 1', 'two 1');
    await install('one 2', 'three 1');
    await holdPlugins({ luaRoot }, ['one'], { reason: 'by hand' });
    await rollback();
    const holds = (): object =>
      Object.fromEntries(
        [...readNodeRecords({ luaRoot }).holds].map(([name, { reason }]) => [name, reason]),
      );
    expect(holds()).toEqual({ one: 'by hand', three: 'rolled back from 1' });
    await rollback({ name: 'one' });
    expect(installed(luaRoot)).toEqual(['one 2', 'two 1']);
    expect(holds()).toEqual({ one: 'by hand', three: 'rolled back from 1' });
    await unholdPlugins({ luaRoot }, ['three']);
    expect(holds()).toEqual({ one: 'by hand' });
  });

  it('takes the holds back when the switch is refused', async () => {
    await install('one 1', 'two 1');
    await install('one 2', 'two 2');
    await holdPlugins({ luaRoot }, ['two'], { reason: 'by hand' });
    const stop = new AbortController();
    const files = interceptOperations(({ name, args, run }) => {
      run();
      if (name === 'symlink' && String(args[1]).includes('/tmp/current-')) stop.abort();
    });
    const authorize = (): Promise<void> => Promise.resolve();
    const refused = rollbackPlugins({ luaRoot, files }, { authorize, signal: stop.signal });
    await expectError(() => refused, 'INTERRUPTED');
    expect([...readNodeRecords({ luaRoot }).holds.keys()]).toEqual(['two']);
    expect(installed(luaRoot)).toEqual(['one 2', 'two 2']);
  });

  it('never uses a number twice', async () => {
    await install('one 1');
    await install('one 2');
    await rollback();
    await install('one 5');
    const history = readHistory({ luaRoot });
    expect(history.map(({ generation }) => generation)).toEqual([4, 3, 2, 1]);
  });
});
