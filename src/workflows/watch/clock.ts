import { setTimeout } from 'node:timers/promises';
import type { Wait } from '../../http/with-retries.ts';

/** Time and chance, which whoever watches goes by. */
export interface Clock {
  now(): Date;
  /** Rejects with the signal's reason when it is aborted. */
  readonly wait: Wait;
  /** At least 0, below 1. */
  random(): number;
}

export const systemClock: Clock = {
  now: () => new Date(),
  wait: (delayMs, signal) => setTimeout(delayMs, undefined, signal ? { signal } : {}),
  random: () => Math.random(),
};
