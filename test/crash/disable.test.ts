import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { beforeAll, expect, it } from 'vitest';
import { settleTransaction } from '../../src/workflows/activation/settle-transaction.ts';
import { describeWithPeers } from '../support/peers.ts';
import type { ContinuousClient } from '../support/stand-in-kong/continuous-client.ts';
import type { KongNode } from '../support/stand-in-kong/kong-node.ts';
import { openDirectory, startKong } from '../support/stand-in-kong/start-kong.ts';
import { writePlugin } from '../support/stand-in-kong/write-plugin.ts';
import { kongOf, settingsOf } from '../workflows/activation/support.ts';
import type { ActivationTask, KillPoint } from './activation-child.ts';
import { bundleChild, resultOf } from './killed-activation.ts';

const ENTITIES = {
  _format_version: '3.0',
  services: [{ name: 'echo', routes: [{ name: 'everything', paths: ['/'] }] }],
  plugins: [{ name: 'canary' }],
};

describeWithPeers(['luajit'], 'a disable that is killed on a running node', () => {
  let kong: KongNode;
  let client: ContinuousClient;
  let start: (task: ActivationTask) => ChildProcess;
  let before: Readonly<Record<string, string>>;
  beforeAll(async () => {
    const luaRoot = openDirectory();
    // One that others have installed.
    for (const name of ['canary', 'unused']) writePlugin(luaRoot, name);
    const plugins = ['bundled', 'canary', 'unused'];
    kong = await startKong({ luaRoot, plugins, entities: ENTITIES });
    start = await bundleChild();
    before = settingsOf(kong);
    client = kong.continuousClient();
  });

  const run = (kill: KillPoint): ReturnType<typeof resultOf> => {
    const { luaRoot, prefix, kongConf, environment } = kong.parts;
    const path = environment['PATH'] ?? '';
    const change = { disable: ['unused'] };
    return resultOf(start({ change, luaRoot, prefix, kongConf, path, kill }));
  };
  const transaction = (): string => join(kong.prefix, '.kongcrate/transaction.json');

  it.each<[string, () => KillPoint, 'undone' | 'done']>([
    [
      'when kong.conf is written',
      () => ({ after: 'renameSync', path: '/kong.conf', nth: 1 }),
      'undone',
    ],
    [
      'during the reload',
      () => ({ after: 'spawn', path: `reload,-p,${kong.prefix}`, nth: 1 }),
      'undone',
    ],
    ['when it is confirmed', () => ({ after: 'rmSync', path: transaction(), nth: 1 }), 'done'],
  ])('%s is undone or finished by the next command', async (_, pointOf, end) => {
    expect(await run(pointOf())).toBeUndefined();
    await settleTransaction({ options: kongOf(kong), root: {}, signal: undefined });
    const isListed = (await kong.admin('/')).body.includes('"unused"');
    expect(isListed).toBe(end === 'undone');
    if (end === 'undone') expect(settingsOf(kong)).toEqual(before);
    else expect(settingsOf(kong)[kong.parts.kongConf]).toContain('plugins = bundled,canary\n');
    expect(existsSync(transaction())).toBe(false);
    expect(await kong.ready()).toBe(200);
    expect(client.failures).toEqual([]);
  });

  it('serves all the time', async () => {
    await client.stop();
    expect(client.header('x-canary-version')).toBe('1.0.0');
    expect(client.failures).toEqual([]);
  });
});
