import { KongcrateError } from '../../errors/kongcrate-error.ts';
import { readBody } from '../../http/read-body.ts';
import type { Send } from '../../http/transport.ts';

/** How a node is asked: no retries, this machine allowed. */
export interface Asking {
  readonly send: Send;
  readonly signal?: AbortSignal | undefined;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

export interface Question extends Asking {
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** An answer that is longer counts too, without its body; else one beyond 64 MiB is none. */
  readonly enoughBytes?: number;
}

/** A node that takes longer does not serve. */
const TIMEOUT_MS = 5_000;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/**
 * Asks a node's HTTP servers something, on a connection of its own: one that was kept could lead to a
 * worker that is about to end.
 * @returns `undefined` where there is no whole answer within 5 s
 * @throws the signal's reason
 */
export async function askNode({
  url,
  headers,
  send,
  signal,
  enoughBytes,
}: Question): Promise<Answer | undefined> {
  const limit = AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ...(signal ? [signal] : [])]);
  try {
    const response = await send({
      method: 'GET',
      url,
      headers: { ...headers, Connection: 'close' },
      signal: limit,
      mayAuthorize: false,
    });
    const { status } = response;
    const reading = readBody(response, enoughBytes ?? MAX_ANSWER_BYTES);
    const body = await (enoughBytes === undefined ? reading : reading.catch(orNothingOfHuge));
    return { status, body: body.toString('utf8') };
  } catch (error) {
    signal?.throwIfAborted();
    if (limit.aborted || error instanceof KongcrateError) return undefined;
    throw error;
  }
}

function orNothingOfHuge(error: unknown): Buffer {
  if (error instanceof KongcrateError && error.details['reason'] === 'ANSWER_TOO_LARGE')
    return Buffer.alloc(0);
  throw error;
}

/** A page of one of a node's servers, whatever path the given address has already. */
export function pageOf(base: URL, path: string): URL {
  const url = new URL(base);
  url.pathname = url.pathname.replace(/\/$/, '') + path;
  return url;
}
