import { KongcrateError, messageOf } from '../../errors/kongcrate-error.ts';
import type { PublishedLock } from '../lock/lock-source.ts';
import type { FollowedSync } from '../sync/sync-followed.ts';
import type { SyncAction, SyncStep } from '../sync/sync-plan.ts';

/** What went wrong in a round. */
export interface WatchError {
  readonly code: string;
  readonly message: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** How a node that follows a lock is. Every time is ISO 8601, UTC. */
export interface WatchHealth {
  /**
   * `waiting`: no round was done yet; `ok`; `different`: what is held or in quarantine stays other
   * than the lock says; `failing`.
   */
  readonly state: 'waiting' | 'ok' | 'different' | 'failing';
  readonly startedAt: string;
  /** When the next round begins. */
  readonly nextRoundAt?: string;
  readonly lastRoundAt?: string;
  readonly lastSuccessAt?: string;
  /** Stays after a success: its time says that it is over. */
  readonly lastError?: WatchError;
  /** Since the first of the failures in a row. */
  readonly failingSince?: string;
  /** Failures in a row. */
  readonly failures: number;
  /** Since the start. */
  readonly rounds: { readonly succeeded: number; readonly failed: number };
  /** How many rounds installed, repaired or took out a plugin. */
  readonly changes: number;
  /** The live generation, as of the last success. */
  readonly generation?: number;
  /** The lock that is followed, where it is an artifact. */
  readonly lock?: PublishedLock;
  /** What stands on the node, as of the last success. */
  readonly plugins: readonly WatchedPlugin[];
}

export interface WatchedPlugin {
  readonly name: string;
  /** `extra`: the lock does not have it; `held`, `quarantined`: it is not what the lock has. */
  readonly state: 'locked' | 'extra' | 'held' | 'quarantined';
  /** What is installed; absent where nothing is, or it has none. */
  readonly version?: string;
}

export function startHealth(startedAt: Date): WatchHealth {
  return {
    state: 'waiting',
    startedAt: startedAt.toISOString(),
    ...{ failures: 0, rounds: { succeeded: 0, failed: 0 }, changes: 0, plugins: [] },
  };
}

export function afterSuccess(
  before: WatchHealth,
  { report, lock }: FollowedSync,
  now: Date,
): WatchHealth {
  const { startedAt, lastError, rounds, changes } = before;
  const { generation = before.generation } = report.applied ?? {};
  const plugins = report.steps.filter(({ action }) => action !== 'remove').map(pluginOf);
  const isLeft = plugins.some(({ state }) => state === 'held' || state === 'quarantined');
  const at = now.toISOString();
  return {
    state: isLeft ? 'different' : 'ok',
    ...{ startedAt, lastRoundAt: at, lastSuccessAt: at, failures: 0 },
    ...(lastError && { lastError }),
    rounds: { ...rounds, succeeded: rounds.succeeded + 1 },
    changes: changes + (report.steps.some(isChange) ? 1 : 0),
    ...(generation === undefined ? {} : { generation }),
    ...(lock && { lock }),
    plugins,
  };
}

function pluginOf({ name, action, version, installedVersion }: SyncStep): WatchedPlugin {
  const isLeft = action === 'extra' || action === 'held' || action === 'quarantined';
  const stands = isLeft ? installedVersion : version;
  return {
    ...{ name, state: isLeft ? action : 'locked' },
    ...(stands === undefined ? {} : { version: stands }),
  };
}

const UNCHANGED: readonly SyncAction[] = ['none', 'extra', 'held', 'quarantined'];

function isChange({ action }: SyncStep): boolean {
  return !UNCHANGED.includes(action);
}

export function afterFailure(before: WatchHealth, thrown: unknown, now: Date): WatchHealth {
  const at = now.toISOString();
  const code = thrown instanceof KongcrateError ? thrown.code : 'UNEXPECTED';
  return {
    ...before,
    state: 'failing',
    lastRoundAt: at,
    lastError: { code, message: messageOf(thrown), at },
    failingSince: before.failingSince ?? at,
    failures: before.failures + 1,
    rounds: { ...before.rounds, failed: before.rounds.failed + 1 },
  };
}
