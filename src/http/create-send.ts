import type { LookupFunction, Socket } from 'node:net';
import { Readable } from 'node:stream';
import fetch, { Headers } from 'node-fetch';
import { ConnectionPools, type PoolOptions, type Proxy } from './connection-pools.ts';
import { ExchangeWatch } from './exchange-watch.ts';
import { checkHost } from './guard-address.ts';
import { networkError } from './network-error.ts';
import { redactUrl } from './redact.ts';
import { DEFAULT_TIME_OUTS, type TimeOuts } from './time-outs.ts';
import type { HttpRequest, HttpResponse, Send, StreamedBody } from './transport.ts';
import { watchedAgent } from './watched-agent.ts';
import { withLog } from './with-log.ts';

export interface TransportOptions extends PoolOptions {
  /** Goes without checking certificates; https only. */
  readonly insecure?: boolean;
  /** PEM, in addition to the authorities that Node.js brings; https only. */
  readonly caCertificates?: readonly string[];
  /** The proxy for a URL, or nothing for a direct connection. */
  readonly proxyFor?: (url: URL) => URL | undefined;
  /**
   * Whether every hop may be to this machine: true only where the registry's own host is written
   * so. Without it only the registry's name may resolve to this machine.
   */
  readonly allowLoopback: boolean;
  /** Takes one line for each request, without secrets. */
  readonly log?: (line: string) => void;
  /** How names become addresses, which are checked after; default the system's way. */
  readonly lookup?: LookupFunction;
  readonly timeouts?: Partial<TimeOuts>;
  /** The most connections to one host; default 8. */
  readonly concurrency?: number;
}

export interface Transport {
  /** One hop: sends one request and gives back its answer as it came. */
  readonly send: Send;
  /** Ends every connection. */
  readonly close: () => void;
}

/** A rest of this size is read away in this time, so that the connection can be used again. */
const DISCARD_BYTES = 65_536;
const DISCARD_MS = 1000;
const UPLOAD_CHUNK_BYTES = 65_536;

/**
 * The transport on node-fetch: kept-alive connections, no redirect followed, nothing decoded.
 * `send` rejects with the signal's reason, or
 * @throws KongcrateError NETWORK_FAILED, TIMED_OUT, REDIRECT_REFUSED for addresses that
 *   `checkHost` refuses, USAGE for a proxy of an unknown kind
 */
export function createSend(options: TransportOptions): Transport {
  const pools = new ConnectionPools(options);
  const readySockets = new WeakSet<Socket>();
  const timeOuts = { ...DEFAULT_TIME_OUTS, ...options.timeouts };
  const send: Send = async (request) => {
    checkHost(request.url.hostname, options.allowLoopback);
    const proxyUrl = options.proxyFor?.(request.url);
    const proxy = proxyUrl && (await openProxy(proxyUrl));
    request.signal?.throwIfAborted();
    const what = `${request.method} ${redactUrl(request.url)}`;
    const agent = pools.agentFor({ ...request, proxy });
    const { headersTimeoutMs: headersMs = timeOuts.headersMs, signal: callerSignal } = request;
    const limits = { ...timeOuts, headersMs };
    const watch = new ExchangeWatch({ what, timeOuts: limits, callerSignal, readySockets });
    try {
      const answer = await fetch(request.url, {
        ...wireFormat(request),
        signal: watch.signal,
        agent: watchedAgent(agent, watch),
      });
      watch.signal.throwIfAborted();
      const response = asResponse(request, answer);
      watch.attachBody(response.body);
      return response;
    } catch (error) {
      watch.signal.throwIfAborted();
      throw networkError(watch.socketError ?? error, what);
    }
  };
  return {
    send: options.log ? withLog(send, options.log) : send,
    close: () => {
      pools.close();
    },
  };
}

async function openProxy(url: URL): Promise<Proxy> {
  const { createProxyAgent: createAgent } = await import('./proxy-agent.ts');
  return { url, createAgent };
}

type FetchOptions = NonNullable<Parameters<typeof fetch>[1]>;
type FetchAnswer = Awaited<ReturnType<typeof fetch>>;

function wireFormat({ method, headers: given, body }: HttpRequest): FetchOptions {
  const headers = new Headers(given);
  // Digests are over the bytes as they are stored, whatever encoding a server claims.
  headers.set('Accept-Encoding', 'identity');
  if (!headers.has('User-Agent')) headers.set('User-Agent', 'kongcrate');
  const common = { method, headers, redirect: 'manual', compress: false } as const;
  if (!body) return common;
  headers.set('Content-Length', String(body.length));
  const content = body instanceof Uint8Array ? slices(body) : opened(body);
  return { ...common, body: Readable.from(content, { objectMode: false }) };
}

async function* opened(body: StreamedBody): AsyncGenerator<Uint8Array> {
  yield* (await body.open()) as AsyncIterable<Uint8Array>;
}

/** In one piece Node.js would call everything written at once, and no speed could be measured. */
function* slices(body: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < body.length; start += UPLOAD_CHUNK_BYTES)
    yield body.subarray(start, start + UPLOAD_CHUNK_BYTES);
}

function asResponse({ url }: HttpRequest, answer: FetchAnswer): HttpResponse {
  // node-fetch always makes a PassThrough, also where there is no body.
  const body = answer.body as Readable;
  return {
    status: answer.status,
    header: (name) => answer.headers.get(name) ?? undefined,
    url,
    body,
    discard: () => {
      discard(body);
    },
  };
}

function discard(body: Readable): void {
  let restBytes = DISCARD_BYTES;
  // A server that never sends the rest must not keep a finished command from ending.
  const timer = setTimeout(() => body.destroy(), DISCARD_MS).unref();
  body.once('close', () => {
    clearTimeout(timer);
  });
  body.on('data', (chunk: Buffer) => {
    restBytes -= chunk.length;
    if (restBytes < 0) body.destroy();
  });
}
