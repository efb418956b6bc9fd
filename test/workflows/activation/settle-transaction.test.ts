import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import {
  closeTransaction,
  openTransaction,
} from '../../../src/kong/activation/transaction-files.ts';
import type { Transaction } from '../../../src/kong/activation/transaction.ts';
import { readStartTicks } from '../../../src/kong/node/process-start.ts';
import { activateNode } from '../../../src/workflows/activate-node.ts';
import type { ActivationOptions } from '../../../src/workflows/activation/activation-options.ts';
import { sha256Of } from '../../../src/workflows/activation/restore-kong-conf.ts';
import type { HookedActivation } from '../../../src/workflows/activation/activation-hooks.ts';
import { settleTransaction } from '../../../src/workflows/activation/settle-transaction.ts';
import { disablePlugins } from '../../../src/workflows/disable-plugins.ts';
import { enablePlugins } from '../../../src/workflows/enable-plugins.ts';
import { readStatus } from '../../../src/workflows/read-status.ts';
import { removePlugins } from '../../../src/workflows/remove-plugins.ts';
import { rollbackPlugins } from '../../../src/workflows/rollback-plugins.ts';
import { expectError } from '../../support/expect-error.ts';
import { describeWithPeers } from '../../support/peers.ts';
import type { KongNode } from '../../support/stand-in-kong/kong-node.ts';
import { openDirectory, startKong } from '../../support/stand-in-kong/start-kong.ts';
import { installerFor, kongOf, settingsOf, withReload, type Installer } from './support.ts';

describeWithPeers(['luajit'], 'an activation that was cut off', () => {
  let kong: KongNode;
  let installer: Installer;
  let notes: string[];
  let options: ActivationOptions;
  beforeAll(async () => {
    const luaRoot = openDirectory();
    kong = await startKong({ luaRoot, role: 'traditional' });
    installer = await installerFor(kong);
    await installer.install('canary', { version: '1.0.0' });
    await installer.install('canary', { version: '1.1.0' }, { activate: false });
  });
  beforeEach(() => {
    notes = [];
    options = kongOf(kong, { onNote: (note) => notes.push(note) });
  });

  const confText = (): string => readFileSync(kong.parts.kongConf, 'utf8');

  /** As one that was killed left it; nothing was switched or reloaded unless told. */
  function leaveOpen(fields: Partial<Transaction> = {}, edited?: string): Transaction {
    const { luaRoot, kongConf } = kong.parts;
    const before = readFileSync(kongConf);
    const transaction: Transaction = {
      luaRoot,
      ...{ generation: 1, next: 2, restores: 2, names: ['canary'], step: 'saved' },
      ...{ isRestart: false, since: '2026-01-01T00:00:00.000Z', plugins: ['bundled', 'canary'] },
      ...{ masterPid: kong.masterPid() ?? 0, workerPids: kong.workerPids() },
      ...(edited !== undefined && {
        kongConf: {
          path: kongConf,
          edited: sha256Of(Buffer.from(edited)),
          modifiedMs: statSync(kongConf).mtimeMs,
        },
      }),
      ...fields,
    };
    openTransaction(kong.prefix, transaction, before);
    if (edited !== undefined) writeFileSync(kongConf, edited);
    return transaction;
  }

  const isOpen = (): boolean => existsSync(join(kong.prefix, '.kongcrate/transaction.json'));
  const settle = (onRestored?: HookedActivation['onRestored']): Promise<void> =>
    settleTransaction({
      ...{ options, root: { lockWaitMs: 0 }, signal: undefined },
      ...(onRestored && { onRestored }),
    });

  it.each<[string, () => Promise<unknown>]>([
    ['install', () => installer.install('canary', {}, { kong: options, activate: false })],
    ['activate', () => activateNode({ root: root(), kong: options })],
    ['rollback', () => rollbackPlugins({ root: root(), kong: options, name: 'nothing' })],
    ['remove', () => removePlugins(['nothing'], { root: root(), ...node() })],
    ['enable', () => enablePlugins(['canary'], { ...root(), ...options.place, kong: options })],
    ['disable', () => disablePlugins(['nothing'], { root: root(), ...node(), assumeUnused: true })],
  ])('is undone by %s, whatever becomes of that', async (_, command) => {
    const before = settingsOf(kong);
    leaveOpen({}, `${confText()}# edited by the one that was killed\n`);
    await command().catch(() => undefined);
    expect(isOpen()).toBe(false);
    expect(settingsOf(kong)[kong.parts.kongConf]).toBe(before[kong.parts.kongConf]);
    expect(notes.join()).toContain(
      'an activation of canary was cut off (2026-01-01T00:00:00.000Z)',
    );
  });

  const root = (): { luaRoot: string } => ({ luaRoot: kong.parts.luaRoot });
  const node = (): ActivationOptions['place'] & Pick<ActivationOptions, 'send' | 'onNote'> => ({
    ...options.place,
    ...options,
  });

  it('is left as it is by a dry run', async () => {
    leaveOpen();
    await activateNode({ root: root(), kong: options, dryRun: true });
    expect(isOpen()).toBe(true);
    closeTransaction(kong.prefix);
  });

  it('goes back with the files, and reloads, where its reload had begun', async () => {
    const { generation = 0 } = readStatus(root());
    const workers = kong.workerPids();
    leaveOpen({ generation: generation - 1, next: generation, restores: 1, step: 'reloading' });
    let restored: unknown;
    await settle((...told) => Promise.resolve(void (restored = told)));
    expect(restored).toMatchObject([[{ name: 'canary', version: '1.0.0' }], kong.parts.luaRoot]);
    expect(readStatus(root())).toMatchObject({
      generation: generation + 1,
      plugins: [{ version: '1.0.0' }],
    });
    expect(kong.workerPids().some((pid) => workers.includes(pid))).toBe(false);
    expect(notes.join()).toContain('the node serves as before');
  });

  it('leaves what others have changed since', async () => {
    const { generation } = readStatus(root());
    leaveOpen({ next: 1 }, 'edited by the one that was killed\n');
    const text = `${confText()}# and by somebody else\n`;
    writeFileSync(kong.parts.kongConf, text);
    await settle();
    expect(confText()).toBe(text);
    expect(notes.join()).toContain('was changed by others meanwhile');
    expect(readStatus(root()).generation).toBe(generation);
  });

  it.each<[string, Partial<Transaction>]>([
    ['another pid', { masterPid: 1, workerPids: [1] }],
    ['the same pids, as in a container', { masterStartTicks: 1 }],
  ])('leaves the files of a Kong that was started since, with %s', async (_, fields) => {
    const workers = kong.workerPids();
    leaveOpen(fields);
    const started = `${kong.kongEnv()}client_max_body_size = ${workers[0] ?? 0}\n`;
    writeFileSync(join(kong.prefix, '.kong_env'), started);
    await settle();
    expect(kong.kongEnv()).toContain(`client_max_body_size = ${workers[0] ?? 0}`);
    expect(kong.workerPids().some((pid) => workers.includes(pid))).toBe(false);
    expect(isOpen()).toBe(false);
  });

  it('can tell such a Kong by when its master began', async () => {
    const copy = join(openDirectory(), 'transaction.json');
    const transaction = join(kong.prefix, '.kongcrate/transaction.json');
    const failing = withReload(kong, `test -e ${copy} || { cp ${transaction} ${copy}; exit 1; }`);
    const activating = activateNode({ root: root(), kong: failing });
    await expectError(() => activating, 'ACTIVATION_FAILED');
    expect(JSON.parse(readFileSync(copy, 'utf8'))).toMatchObject({
      masterStartTicks: readStartTicks(kong.masterPid() ?? 0),
    });
  });

  it('is not done by the word of somebody else, nor by half of it', async () => {
    leaveOpen();
    const directory = join(kong.prefix, '.kongcrate');
    chmodSync(directory, 0o755);
    const open = await expectError(settle, 'NOT_OURS');
    expect(open.details).toMatchObject({ path: directory });
    chmodSync(directory, 0o700);
    writeFileSync(join(directory, 'transaction.json'), '{"schemaVersion":1}');
    const damaged = await expectError(settle, 'INSTALL_FAILED');
    expect(damaged.remedy).toContain(join(directory, 'kong.conf'));
    writeFileSync(join(directory, 'transaction.json'), '{"schemaVersion":2}');
    expect((await expectError(settle, 'INSTALL_FAILED')).message).toContain('schemaVersion 2');
  });
});
