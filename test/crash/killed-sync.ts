import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { readStatus } from '../../src/workflows/read-status.ts';
import { syncNode } from '../../src/workflows/sync/sync-node.ts';
import { makeKey } from '../signing/support.ts';
import type { ContinuousClient } from '../support/stand-in-kong/continuous-client.ts';
import type { KongNode } from '../support/stand-in-kong/kong-node.ts';
import { startKong } from '../support/stand-in-kong/start-kong.ts';
import { kongOf } from '../workflows/activation/support.ts';
import { SampleFleet, type WantedSample } from '../workflows/sync/sample-fleet.ts';
import type { ActivationResult, KillPoint } from './activation-child.ts';
import { bundleChild, resultOf } from './killed-activation.ts';

type Samples = Readonly<Record<string, WantedSample>>;

/** Two sets of plugins; from one to the other something comes, changes, goes, is enabled and disabled. */
const SETS: readonly [Samples, Samples] = [
  { canary: {}, gone: {}, sleeping: { isEnabled: false }, waking: {} },
  { canary: { version: '1.1.0' }, new: {}, sleeping: {}, waking: { isEnabled: false } },
];
const VERSIONS: readonly [string, string] = ['1.0.0', '1.1.0'];

/** A node that goes from one set of plugins to the other and back, however often it is killed. */
export interface SyncedNode {
  readonly kong: KongNode;
  readonly client: ContinuousClient;
  /** Locks the other set, and runs a child that is killed or comes to its end. */
  readonly run: (kill?: KillPoint) => Promise<ActivationResult | undefined>;
  /** What the next sync finds and does: the node is what the lock says then. */
  readonly finish: () => Promise<void>;
}

/** Starts a node that was made equal to the first set. */
export async function startSynced(): Promise<SyncedNode> {
  const start = await bundleChild();
  const fleet = new SampleFleet(await makeKey());
  const kong = await startKong({
    entities: {
      _format_version: '3.0',
      services: [{ name: 'echo', routes: [{ paths: ['/'] }] }],
      plugins: [],
    },
  });
  const { luaRoot, prefix, kongConf, environment } = kong.parts;
  let turn = 0;
  const sync = async (): Promise<void> => {
    await syncNode({
      configuration: await fleet.read(),
      ...{ root: { luaRoot }, kong: kongOf(kong), prune: true, allowDowngrade: true },
    });
  };
  await fleet.lockSamples(SETS[0]);
  await sync();
  return {
    kong,
    client: kong.continuousClient(),
    run: async (kill) => {
      turn += 1;
      await fleet.lockSamples(SETS[turn % 2 === 0 ? 0 : 1]);
      const task = { change: { configuration: fleet.file }, luaRoot, prefix, kongConf };
      const path = environment['PATH'] ?? '';
      return resultOf(start({ ...task, path, ...(kill && { kill }) }));
    },
    finish: async () => {
      await sync();
      await checkSynced(kong, turn % 2 === 0 ? 0 : 1);
    },
  };
}

async function checkSynced(kong: KongNode, set: 0 | 1): Promise<void> {
  const { plugins } = readStatus({ luaRoot: kong.parts.luaRoot });
  expect(plugins.map(({ name }) => name)).toEqual(Object.keys(SETS[set]).sort());
  expect(plugins.flatMap(({ drift }) => drift)).toEqual([]);
  expect(plugins[0]).toMatchObject({ name: 'canary', version: VERSIONS[set] });
  const enabled = Object.entries(SETS[set]).filter(([, { isEnabled = true }]) => isEnabled);
  const { body } = await kong.admin('/');
  const loaded = (JSON.parse(body) as { plugins: { available_on_server: object } }).plugins;
  const own = Object.keys(loaded.available_on_server).filter((name) =>
    ['canary', 'gone', 'new', 'sleeping', 'waking'].includes(name),
  );
  expect(own.sort()).toEqual(enabled.map(([name]) => name).sort());
  expect(await kong.ready()).toBe(200);
  expect(existsSync(join(kong.prefix, '.kongcrate/transaction.json'))).toBe(false);
}
