import { KongcrateError, messageOf } from '../../errors/kongcrate-error.ts';
import type { Configuration } from '../configuration/configuration.ts';
import type { LockSource } from '../lock/lock-source.ts';
import { syncFollowed, type FollowedSync } from '../sync/sync-followed.ts';
import type { SyncOptions } from '../sync/sync-node.ts';
import { systemClock, type Clock } from './clock.ts';
import { nextDelayMs, type Pace } from './next-delay.ts';
import { afterFailure, afterSuccess, startHealth, type WatchHealth } from './watch-health.ts';
import { writeHealth, type HealthFiles } from './write-health.ts';

export interface WatchOptions
  extends Omit<SyncOptions, 'configuration' | 'lock' | 'check' | 'dryRun'>, Pace, HealthFiles {
  /** Read before each round: a policy counts as it is today. */
  readonly configuration: () => Promise<Configuration>;
  readonly source: LockSource;
  /** No round begins before; default now. */
  readonly notBefore?: Date;
  readonly clock?: Clock;
  /** Is told how each round ended: with a result or an error. */
  readonly onRound?: (health: WatchHealth, ended: RoundEnd) => void;
  /** Takes a line for people: the health cannot be written. */
  readonly onWarning?: (text: string) => void;
}

export type RoundEnd = FollowedSync | { readonly error: unknown };

/** Timers end at 24 days, and a clock may be set meanwhile. */
const MAX_WAIT_MS = 86_400_000;

/**
 * Makes a node equal to what it follows, again and again, until the signal is aborted: then what has
 * begun is finished or undone. A round that fails changes nothing, and the next one waits longer.
 * @returns how the node was at the end
 * @throws KongcrateError what the last round failed with, where the signal came and it could be
 *   neither finished nor undone
 */
export async function watchNode(options: WatchOptions): Promise<WatchHealth> {
  const { clock = systemClock, notBefore, splayMs } = options;
  const startedAt = clock.now();
  const firstMs = Math.max(startedAt.getTime(), notBefore?.getTime() ?? 0);
  let nextMs = firstMs + Math.round(clock.random() * splayMs);
  let health = startHealth(startedAt);
  for (;;) {
    health = { ...health, nextRoundAt: new Date(nextMs).toISOString() };
    tell(health, options);
    if (!(await waitUntil(nextMs, clock, options.signal))) return health;
    const ended = await runRound(options);
    if (!ended) return health;
    const isFailure = 'error' in ended;
    const now = clock.now();
    health = isFailure ? afterFailure(health, ended.error, now) : afterSuccess(health, ended, now);
    options.onRound?.(health, ended);
    const retryAfterMs = isFailure ? retryAfterOf(ended.error) : undefined;
    const failing = { failures: health.failures, retryAfterMs };
    nextMs = now.getTime() + nextDelayMs(options, failing, clock.random());
  }
}

/** @returns nothing where the signal ended it, and nothing was left half done */
async function runRound(options: WatchOptions): Promise<RoundEnd | undefined> {
  const { configuration, source, signal } = options;
  try {
    return await syncFollowed(source, { ...options, configuration: await configuration() });
  } catch (error) {
    if (signal?.aborted !== true) return { error };
    if (isInterruption(error)) return undefined;
    throw error;
  }
}

function isInterruption(error: unknown): boolean {
  if (error instanceof KongcrateError) return error.code === 'INTERRUPTED';
  return error instanceof Error && error.name === 'AbortError';
}

/** @returns whether the time came; not where the signal came first */
async function waitUntil(
  atMs: number,
  clock: Clock,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    for (;;) {
      if (signal?.aborted === true) return false;
      const leftMs = atMs - clock.now().getTime();
      if (leftMs <= 0) return true;
      await clock.wait(Math.min(leftMs, MAX_WAIT_MS), signal);
    }
  } catch (error) {
    if (signal?.aborted === true) return false;
    throw error;
  }
}

function retryAfterOf(error: unknown): number | undefined {
  const asked = error instanceof KongcrateError ? error.details['retryAfterMs'] : undefined;
  return typeof asked === 'number' ? asked : undefined;
}

/** A full disk is no reason to stop: what runs goes on running. */
function tell(health: WatchHealth, { onWarning, ...files }: WatchOptions): void {
  try {
    writeHealth(health, files);
  } catch (error) {
    onWarning?.(`the health cannot be written: ${messageOf(error)}`);
  }
}
