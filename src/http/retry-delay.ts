import { KongcrateError } from '../errors/kongcrate-error.ts';

/** How often what may pass is tried, unless the caller says. */
export const DEFAULT_TRIES = 3;

const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 60_000;
const PASSING_STATUSES = new Set([408, 429, 500, 502, 503, 504]);

/** Whether a server that answers so may do better the next time. */
export function isPassingStatus(status: number): boolean {
  return PASSING_STATUSES.has(status);
}

/** Whether a request failed for what may go by: no connection, or one that broke. */
export function isPassingFailure(error: unknown): boolean {
  if (!(error instanceof KongcrateError)) return false;
  const { kind, phase } = error.details;
  if (error.code === 'TIMED_OUT') return phase === 'connect';
  return error.code === 'NETWORK_FAILED' && kind !== 'CERTIFICATE' && kind !== 'PROTOCOL';
}

/**
 * How long to wait before another try, in milliseconds: as Retry-After asks, at most 60 s, or twice
 * as long each time, with jitter.
 * @param attempt which try failed, from 1 on
 * @param random at least 0, below 1
 */
export function retryDelayMs(attempt: number, random: number, askedMs?: number): number {
  const backOffMs = FIRST_DELAY_MS * 2 ** (attempt - 1) * (1 + random);
  return Math.round(Math.min(askedMs ?? backOffMs, MAX_DELAY_MS));
}

/** Reads `Retry-After` as milliseconds (RFC 9110 10.2.3: seconds or a date). */
export function retryAfterMs(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  // Date.parse takes anything for a date, -1 too.
  const at = text.endsWith(' GMT') ? Date.parse(text) : NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}
