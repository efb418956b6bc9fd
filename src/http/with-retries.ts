import { setTimeout } from 'node:timers/promises';
import { messageOf } from '../errors/kongcrate-error.ts';
import { redactText, redactUrl } from './redact.ts';
import {
  DEFAULT_TRIES,
  isPassingFailure,
  isPassingStatus,
  retryAfterMs,
  retryDelayMs,
} from './retry-delay.ts';
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

/** RFC 9110 9.2.2; a PATCH of an upload does something each time. */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'PUT', 'DELETE']);

/**
 * Sends idempotent requests again after 408, 429, 5xx, a broken connection or one that did not come
 * about, waiting as Retry-After asks (at most 60 s) or twice as long each time, with jitter. The
 * last answer or error is handed on as it is.
 */
export function withRetries(send: Send, options: RetryOptions = {}): Send {
  const { tries = DEFAULT_TRIES, wait = waitFor, random = Math.random, log } = options;
  return async (request) => {
    for (let attempt = 1; ; attempt++) {
      const isLast = attempt >= tries || !isRepeatable(request);
      const { response, reason } = await attemptOnce(send, request, isLast);
      if (response && (isLast || !isPassingStatus(response.status))) return response;
      response?.discard();
      const askedMs = retryAfterMs(response?.header('retry-after'));
      const delayMs = retryDelayMs(attempt, random(), askedMs);
      const what = `${request.method} ${redactUrl(request.url)}`;
      log?.(`${what} again in ${delayMs} ms (try ${attempt + 1} of ${tries}): ${reason}`);
      await wait(delayMs, request.signal);
    }
  };
}

function isRepeatable({ method, isRepeatable: isDeclared = false }: HttpRequest): boolean {
  return isDeclared || IDEMPOTENT.has(method);
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
    if (isLast || !isPassingFailure(error)) throw error;
    return { reason: redactText(messageOf(error)) };
  }
}

async function waitFor(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await setTimeout(delayMs, undefined, signal ? { signal } : {});
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
