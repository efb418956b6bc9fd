import { expect } from 'vitest';
import type { WatchHealth } from '../../../src/workflows/watch/watch-health.ts';
import { WatchedFleet } from './watched-fleet.ts';

/** What all nodes together sent in each part of the story, by method. */
export interface FleetRequests {
  readonly idleRounds: number;
  readonly first: Readonly<Record<string, number>>;
  readonly idle: Readonly<Record<string, number>>;
  readonly bump: Readonly<Record<string, number>>;
  readonly broken: Readonly<Record<string, number>>;
  readonly rollback: Readonly<Record<string, number>>;
}

/** Leads a fleet through a bump, a broken bump and a roll-back, and expects all to be where they should. */
export async function tellFleetStory(nodes: number): Promise<FleetRequests> {
  const fleet = await WatchedFleet.start(nodes);
  await fleet.release('1.0.0');
  await fleet.goOn(1);
  fleet.expectAll('1.0.0', 1);
  const first = await fleet.requests();

  const before = sumOf(await fleet.goOn(1), ({ rounds }) => rounds.succeeded);
  await fleet.requests();
  const after = await fleet.goOn(9);
  const idleRounds = sumOf(after, ({ rounds }) => rounds.succeeded) - before;
  const idle = await fleet.requests();
  expect(idle).toEqual({ HEAD: idleRounds });
  const times = new Set(after.map(({ lastRoundAt }) => lastRoundAt));
  expect(times.size, 'chance keeps them apart').toBeGreaterThan(nodes * 0.9);

  await fleet.release('1.1.0');
  await fleet.goOn(1);
  fleet.expectAll('1.1.0', 2);
  const bump = await fleet.requests();

  await fleet.release('1.2.0', { isBroken: true });
  const failing = await fleet.goOn(10);
  fleet.expectAll('1.1.0', 2);
  for (const { state, lastError } of failing) {
    expect(state).toBe('failing');
    expect(lastError?.code).toBe('SIGNATURE_MISMATCH');
  }
  const broken = await fleet.requests();

  await fleet.release('1.0.0');
  const healed = await fleet.goOn(11);
  fleet.expectAll('1.0.0', 3);
  for (const { state, changes } of healed) expect([state, changes]).toEqual(['ok', 3]);
  const rollback = await fleet.requests();
  await fleet.stop();
  return { idleRounds, first, idle, bump, broken, rollback };
}

function sumOf(all: readonly WatchHealth[], value: (health: WatchHealth) => number): number {
  return all.reduce((sum, health) => sum + value(health), 0);
}
