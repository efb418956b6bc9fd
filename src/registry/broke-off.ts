import { KongcrateError } from '../errors/kongcrate-error.ts';
import { isPassingFailure, isPassingStatus, retryDelayMs } from '../http/retry-delay.ts';
import { statusOf } from './answer-error.ts';
import type { Repository } from './repository.ts';

/** Less than this between two breaks is no progress: nothing may go on for ever. */
export const LEAST_PROGRESS_BYTES: number = 64 * 1024;

/** No such upload, and one that stands elsewhere than was thought: what a lost answer leaves. */
const LOST_TRACK = new Set([404, 416]);

/**
 * Whether a transfer ended for what may go by: the connection, a time-out other than the one for the
 * whole request, or an answer such as 429 or 503.
 */
export function brokeOff(error: unknown): boolean {
  return isLost(error) || isPassingStatus(statusOf(error) ?? 0);
}

/**
 * Whether an upload can be begun anew: it broke off, or the registry has forgotten it. Requests that
 * were asked to wait have waited already.
 */
export function lostSession(error: unknown): boolean {
  const status = statusOf(error) ?? 0;
  return isLost(error) || LOST_TRACK.has(status) || status >= 500;
}

function isLost(error: unknown): boolean {
  const isTimeOut = error instanceof KongcrateError && error.code === 'TIMED_OUT';
  return isTimeOut ? error.details['phase'] !== 'total' : isPassingFailure(error);
}

/** Waits before a transfer that broke off goes on: as long as the registry asked for, if it did. */
export function awaitNextTry(
  { pauses }: Repository,
  { error, attempt }: { readonly error: unknown; readonly attempt: number },
  signal: AbortSignal | undefined,
): Promise<void> {
  const asked = error instanceof KongcrateError ? error.details['retryAfterMs'] : undefined;
  const askedMs = typeof asked === 'number' ? asked : undefined;
  return pauses.wait(retryDelayMs(attempt, pauses.random(), askedMs), signal);
}
