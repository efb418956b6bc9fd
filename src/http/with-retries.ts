import { setTimeout } from 'node:timers/promises';
import { KongcrateError, messageOf } from '../errors/kongcrate-error.ts';
import { redactText, redactUrl } from './redact.ts';
import type { HttpRequest, HttpResponse, Send } from './transport.ts';

/** Waits so many milliseconds; rejects with the signal's reason when it is aborted. */
export type Wait = (delayMs: number, signal: AbortSignal | undefined) => Promise<void>;

export interface RetryOptions {
  /** How often a request is sent at most; default 3. */
  readonly tries?: number;
  readonly wait?: Wait;
  /** At least 0, below 1. */
  readonly random?: () => number;
  /** Takes one line for each retry with its reason, without secrets. */
  readonly log?: ((line: string) => void) | undefined;
}

const DEFAULT_TRIES = 3;
const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 60_000;
/** RFC 9110 9.2.2; a POST that starts an upload and a PATCH of it do something each time. */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'PUT', 'DELETE']);
const PASSING_STATUSES = new Set([408, 429, 500, 502, 503, 504]);

/**
 * Sends idempotent requests again after 408, 429, 5xx, a broken connection or one that did not come
 * about, waiting as Retry-After asks (at most 60 s) or twice as long each time, with jitter. The
 * last answer or error is handed on as it is.
 */
export function withRetries(send: Send, options: RetryOptions = {}): Send {
  const { tries = DEFAULT_TRIES, wait = waitFor, random = Math.random, log } = options;
  return async (request) => {
    for (let attempt = 1; ; attempt++) {
      const isLast = attempt >= tries || !mayRepeat(request);
      const { response, reason } = await attemptOnce(send, request, isLast);
      if (response && (isLast || !PASSING_STATUSES.has(response.status))) return response;
      response?.discard();
      const backOffMs = FIRST_DELAY_MS * 2 ** (attempt - 1) * (1 + random());
      const askedMs = retryAfterMs(response?.header('retry-after'));
      const delayMs = Math.round(Math.min(askedMs ?? backOffMs, MAX_DELAY_MS));
      const what = `${request.method} ${redactUrl(request.url)}`;
      log?.(`${what} again in ${delayMs} ms (try ${attempt + 1} of ${tries}): ${reason}`);
      await wait(delayMs, request.signal);
    }
  };
}

function mayRepeat(request: HttpRequest): boolean {
  return IDEMPOTENT.has(request.method) || request.mayRepeat === true;
}

interface Attempt {
  /** Nothing where the same request may do better next time. */
  readonly response?: HttpResponse;
  /** For people: what speaks for another try. */
  readonly reason: string;
}

async function attemptOnce(send: Send, request: HttpRequest, isLast: boolean): Promise<Attempt> {
  try {
    const response = await send(request);
    return { response, reason: `it answered ${response.status}` };
  } catch (error) {
    if (isLast || !isPassing(error)) throw error;
    return { reason: redactText(messageOf(error)) };
  }
}

function isPassing(error: unknown): boolean {
  if (!(error instanceof KongcrateError)) return false;
  const { kind, phase } = error.details;
  if (error.code === 'TIMED_OUT') return phase === 'connect';
  return error.code === 'NETWORK_FAILED' && kind !== 'CERTIFICATE' && kind !== 'PROTOCOL';
}

/** RFC 9110 10.2.3: seconds or a date. */
function retryAfterMs(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  // Date.parse takes anything for a date, -1 too.
  const at = text.endsWith(' GMT') ? Date.parse(text) : NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}

async function waitFor(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await setTimeout(delayMs, undefined, signal ? { signal } : {});
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
