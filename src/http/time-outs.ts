import { KongcrateError } from '../errors/kongcrate-error.ts';

/** How long one request may take, from its first byte to the last of the answer. */
export interface TimeOuts {
  /** Until TCP and TLS are ready; default 10 s. */
  readonly connectMs: number;
  /** From the end of the request to the headers of the answer; default 30 s. */
  readonly headersMs: number;
  /** A body that is slower than this over `idleWindowMs` is given up; default 1 KiB a second. */
  readonly idleBytesPerSecond: number;
  /** Default 60 s. */
  readonly idleWindowMs: number;
  /** Default 30 min. */
  readonly totalMs: number;
}

export const DEFAULT_TIME_OUTS: TimeOuts = {
  connectMs: 10_000,
  headersMs: 30_000,
  idleBytesPerSecond: 1024,
  idleWindowMs: 60_000,
  totalMs: 30 * 60_000,
};

/** `details.phase` of TIMED_OUT. */
export type TimeOutPhase = 'connect' | 'headers' | 'idle' | 'total';

const MESSAGES: Readonly<Record<TimeOutPhase, (limitMs: number) => string>> = {
  connect: (limitMs) => `no connection within ${limitMs} ms`,
  headers: (limitMs) => `no answer within ${limitMs} ms`,
  idle: (limitMs) => `almost nothing was transferred for ${limitMs} ms`,
  total: (limitMs) => `not done within ${limitMs} ms`,
};

/** @param what the call, redacted, such as `GET https://host/v2/` */
export function timedOut(what: string, phase: TimeOutPhase, limitMs: number): KongcrateError {
  return new KongcrateError('TIMED_OUT', `${what}: ${MESSAGES[phase](limitMs)}`, {
    remedy: 'Try again later; --timeout allows more time for the whole.',
    details: { phase, limitMs },
  });
}
