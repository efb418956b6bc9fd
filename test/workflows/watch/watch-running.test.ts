import { expect, it } from 'vitest';
import { followFile } from '../../../src/workflows/lock/lock-source.ts';
import { readStatus } from '../../../src/workflows/read-status.ts';
import type { WatchHealth } from '../../../src/workflows/watch/watch-health.ts';
import { watchNode } from '../../../src/workflows/watch/watch-node.ts';
import { makeKey } from '../../signing/support.ts';
import { describeWithPeers } from '../../support/peers.ts';
import { startKong } from '../../support/stand-in-kong/start-kong.ts';
import { failingWith, kongOf } from '../activation/support.ts';
import { SampleFleet } from '../sync/sample-fleet.ts';
import { ScriptedClock } from './scripted-clock.ts';

describeWithPeers(['luajit'], 'sync --watch where Kong runs', () => {
  it('does not try again what failed, until the lock has something else', async () => {
    const kong = await startKong({ entities: { _format_version: '3.0' } });
    const fleet = new SampleFleet(await makeKey());
    const lock = (version: string) => (): Promise<void> =>
      fleet.lockSamples({ canary: { version } });
    const { luaRoot } = kong.parts;
    const seen: unknown[] = [];
    const note = (): unknown =>
      seen.push([readStatus({ luaRoot }).plugins[0]?.version, kong.workerPids()]);
    const controller = new AbortController();
    const states: WatchHealth['state'][] = [];
    const health = await watchNode({
      configuration: () => fleet.read(),
      source: followFile,
      root: { luaRoot },
      kong: kongOf(kong, { probe: failingWith(kong, '1.1.0') }),
      ...{ intervalMs: 60_000, splayMs: 10_000, signal: controller.signal },
      clock: new ScriptedClock(controller, [
        lock('1.0.0'),
        lock('1.1.0'),
        note,
        note,
        note,
        lock('1.2.0'),
      ]),
      onRound: ({ state }) => states.push(state),
    });
    expect(states).toEqual(['ok', 'failing', 'different', 'different', 'different', 'ok']);
    expect(seen).toEqual([seen[0], seen[0], seen[0]]);
    expect(seen[0]).toMatchObject(['1.0.0', expect.anything()]);
    expect(health).toMatchObject({
      ...{ changes: 2, lastError: { code: 'ACTIVATION_FAILED' } },
      plugins: [{ name: 'canary', state: 'locked', version: '1.2.0' }],
    });
  });
});
