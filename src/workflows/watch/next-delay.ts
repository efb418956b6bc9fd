/** The most that failures, or a registry that asks for it, put a round off. */
const MAX_BACK_OFF_MS = 3_600_000;

export interface Pace {
  /** From the end of a round to the next one. */
  readonly intervalMs: number;
  /** Up to so much is added each time, so that nodes do not all ask at once. */
  readonly splayMs: number;
}

export interface Failing {
  /** How many rounds in a row have failed; 0 after one that did not. */
  readonly failures: number;
  /** What the registry asked for, by Retry-After. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * How long to wait for the next round, in milliseconds: twice as long after each failure, but no
 * longer than an hour, or the interval where that is longer; and never shorter than Retry-After, within
 * the same bound. The splay comes on top.
 * @param random at least 0, below 1
 */
export function nextDelayMs(
  { intervalMs, splayMs }: Pace,
  { failures, retryAfterMs = 0 }: Failing,
  random: number,
): number {
  const longestMs = Math.max(intervalMs, MAX_BACK_OFF_MS);
  const backOffMs = intervalMs * 2 ** Math.max(0, failures - 1);
  return Math.round(Math.min(Math.max(backOffMs, retryAfterMs), longestMs) + random * splayMs);
}
