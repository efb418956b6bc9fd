import { beforeAll, expect, it } from 'vitest';
import { describeWithPeers } from '../support/peers.ts';
import type { KillPoint } from './activation-child.ts';
import { expectClean } from './expect-clean.ts';
import { startSynced, type SyncedNode } from './killed-sync.ts';

const renamed = (path: string, nth = 1): KillPoint => ({ after: 'renameSync', path, nth });

describeWithPeers(['luajit'], 'a sync that is killed on a running node', () => {
  let node: SyncedNode;
  beforeAll(async () => {
    node = await startSynced();
  });

  // Each upgrades, adds, takes out, enables and disables; every other one goes back.
  it.each<[string, (prefix: string) => KillPoint]>([
    ['when the files are switched', () => renamed('/.kongcrate/current')],
    ['during the reload', (prefix) => ({ after: 'spawn', path: `reload,-p,${prefix}`, nth: 1 })],
    [
      'when it is confirmed',
      (prefix) => ({ after: 'rmSync', path: `${prefix}/.kongcrate/transaction.json`, nth: 1 }),
    ],
  ])('%s is finished by the next one', async (_, pointIn) => {
    const { kong, client, run, finish } = node;
    expect(await run(pointIn(kong.prefix))).toBeUndefined();
    await finish();
    expect(client.failures).toEqual([]);
  });

  it('serves all the time, and stands as if nothing had been killed', async () => {
    const { client, kong, finish } = node;
    await finish();
    expectClean(kong.parts.luaRoot);
    await client.stop();
    expect(client.failures).toEqual([]);
  });
});
