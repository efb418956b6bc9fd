import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { followReference } from '../../../src/workflows/lock/follow-reference.ts';
import { readHistory } from '../../../src/workflows/read-history.ts';
import type { WatchHealth } from '../../../src/workflows/watch/watch-health.ts';
import { watchNode } from '../../../src/workflows/watch/watch-node.ts';
import { makeKey } from '../../signing/support.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { startTestRegistry } from '../../support/test-registry.ts';
import { Fleet } from '../lock/fleet.ts';
import { publishFleet } from '../lock/published-lock.ts';
import { ScriptedClock } from './scripted-clock.ts';

it('a registry that is away for an hour changes nothing, and the health says so', async () => {
  const key = await makeKey();
  const fleet = new Fleet(key);
  const registry = await startTestRegistry();
  const stable = `${registry.host}/acme/fleet:stable`;
  fleet.write([`reference: ${await fleet.publish({ name: 'alpha', key })}`]);
  await fleet.lock();
  await publishFleet(fleet, stable, { registry: { plainHttp: true }, key });
  const directory = temporaryDirectory();
  const healthFile = join(directory, 'health.json');
  const root = { luaRoot: join(directory, 'lua') };
  const readHealth = (): WatchHealth => JSON.parse(readFileSync(healthFile, 'utf8')) as WatchHealth;
  const controller = new AbortController();
  const options = {
    registry: { plainHttp: true, retries: { tries: 1 } },
    ...{ root, signal: controller.signal },
  };
  let isAway = false;
  const during: WatchHealth[] = [];
  const away = (): void => {
    if (isAway) during.push(readHealth());
    else registry.next('HEAD', /stable/, { instead: 'reset' }, 5);
    isAway = true;
  };
  const health = await watchNode({
    ...options,
    configuration: () => fleet.read(),
    source: followReference(stable, options),
    ...{ healthFile, intervalMs: 300_000, splayMs: 60_000 },
    // 5, 5, 10, 20 and 40 minutes apart.
    clock: new ScriptedClock(controller, [() => undefined, away, away, away, away, away, away]),
  });
  expect(during.map(({ state }) => state)).toEqual(Array(5).fill('failing'));
  expect(during[4]).toMatchObject({
    ...{ failures: 5, generation: 1, failingSince: '2026-01-01T00:06:00.000Z' },
    ...{ lastSuccessAt: '2026-01-01T00:00:30.000Z', lastError: { code: 'NETWORK_FAILED' } },
  });
  const [last] = during.slice(-1);
  const hourMs = Date.parse(last?.lastRoundAt ?? '') - Date.parse(last?.failingSince ?? '');
  expect(hourMs).toBeGreaterThan(3_600_000);
  expect(health).toMatchObject({ state: 'ok', failures: 0, changes: 1, generation: 1 });
  expect(readHistory(root).generations).toHaveLength(1);
});
