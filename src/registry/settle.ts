import { setTimeout } from 'node:timers/promises';
import type { CallOptions } from '../content/content-store.ts';
import type { Wait } from '../http/with-retries.ts';

/** How time passes and chance falls; tests bring their own. */
export interface Pauses {
  readonly wait: Wait;
  /** At least 0, below 1. */
  readonly random: () => number;
  /** How often what broke off is tried. */
  readonly tries: number;
}

const MIN_DELAY_MS = 30;
const MAX_DELAY_MS = 10_000;

/**
 * Waits until another writer who read the same state has most likely written too: four times as
 * long as reading and writing took here, and a little more by chance. Measured on docker-registry
 * with two writers at once: none of 200 lost, where cosign loses every other.
 */
export function settle(elapsedMs: number, pauses: Pauses, { signal }: CallOptions): Promise<void> {
  const leastMs = Math.min(Math.max(MIN_DELAY_MS, 4 * elapsedMs), MAX_DELAY_MS);
  return pauses.wait(leastMs * (1 + pauses.random() / 2), signal);
}

/** Waits, and stops waiting when the caller does. */
export const sleep: Wait = async (delayMs, signal) => {
  try {
    await setTimeout(delayMs, undefined, signal ? { signal } : {});
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
};
