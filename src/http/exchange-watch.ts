import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { timedOut, type TimeOutPhase, type TimeOuts } from './time-outs.ts';

export interface WatchOptions {
  /** The call, redacted, such as `GET https://host/v2/`. */
  readonly what: string;
  readonly timeOuts: TimeOuts;
  readonly callerSignal: AbortSignal | undefined;
  /** Sockets whose handshake is over, shared by a pool: a kept-alive one never says so again. */
  readonly readySockets: WeakSet<Socket>;
}

/** The longest that a timer of Node.js can hold: a longer one fires at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Ends one request and its answer when the caller's signal or a time-out says so: connect, then
 * speed of the upload, then headers, then speed of the download; and total. node-fetch tells
 * nothing of these phases, so Node's own request is watched.
 */
export class ExchangeWatch {
  readonly #options: WatchOptions;
  /** Of our own: a hundred requests on one signal would make Node.js warn of a leak. */
  readonly #caller: AbortSignal;
  readonly #controller = new AbortController();
  #socketError: Error | undefined;
  #request: ClientRequest | undefined;
  #body: Readable | undefined;
  #total: NodeJS.Timeout | undefined;
  #phase: NodeJS.Timeout | undefined;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#caller = AbortSignal.any(options.callerSignal ? [options.callerSignal] : []);
  }

  /** Aborted with the reason for which the exchange was ended before its headers came. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** What the socket failed with; node-fetch keeps of that only a code. */
  get socketError(): Error | undefined {
    return this.#socketError;
  }

  /** Takes the request over before it waits for a connection. */
  attach(request: ClientRequest): void {
    this.#request = request;
    this.#total = this.#timer('total', this.#options.timeOuts.totalMs);
    this.#caller.addEventListener('abort', this.#abort);
    request.once('close', this.#stop);
    request.once('error', (error) => {
      this.#socketError = error;
    });
    request.once('socket', (socket) => {
      this.#awaitConnection(socket);
    });
  }

  /** A connection is being made; a request that waits for its turn is not late yet. */
  connecting(): void {
    this.#enter(this.#timer('connect', this.#options.timeOuts.connectMs));
  }

  /** From now on a failure is the body's. */
  attachBody(body: Readable): void {
    this.#body = body;
  }

  #awaitConnection(socket: Socket): void {
    const { readySockets } = this.#options;
    const isTls = socket instanceof TLSSocket;
    if (readySockets.has(socket) || !(socket.connecting || isTls)) {
      this.#connected(socket);
      return;
    }
    this.connecting();
    socket.once(isTls ? 'secureConnect' : 'connect', () => {
      readySockets.add(socket);
      this.#connected(socket);
    });
  }

  #connected(socket: Socket): void {
    const request = this.#request;
    const awaitHeaders = (): void => {
      this.#enter(this.#timer('headers', this.#options.timeOuts.headersMs));
    };
    request?.once('response', () => {
      request.off('finish', awaitHeaders);
      this.#enter(this.#speedCheck(() => socket.bytesRead));
    });
    this.#enter(this.#speedCheck(() => socket.bytesWritten));
    if (request?.writableFinished === true) awaitHeaders();
    else request?.once('finish', awaitHeaders);
  }

  #speedCheck(movedBytes: () => number): NodeJS.Timeout {
    const { idleWindowMs, idleBytesPerSecond } = this.#options.timeOuts;
    let before = movedBytes();
    return setInterval(() => {
      const now = movedBytes();
      const isSlow = now - before < (idleBytesPerSecond * idleWindowMs) / 1000;
      before = now;
      // Bytes that wait here mean that the reader is the slow one.
      const isReaderLate = (this.#body?.readableLength ?? 0) > 0;
      if (isSlow && !isReaderLate) this.#fail(this.#timedOut('idle', idleWindowMs));
    }, idleWindowMs);
  }

  #timer(phase: TimeOutPhase, limitMs: number): NodeJS.Timeout {
    const fail = (): void => {
      this.#fail(this.#timedOut(phase, limitMs));
    };
    return setTimeout(fail, Math.min(limitMs, MAX_TIMER_MS));
  }

  #timedOut(phase: TimeOutPhase, limitMs: number): Error {
    return timedOut(this.#options.what, phase, limitMs);
  }

  #enter(phase: NodeJS.Timeout): void {
    clearTimeout(this.#phase);
    this.#phase = phase;
  }

  readonly #abort = (): void => {
    this.#fail(this.#caller.reason);
  };

  readonly #stop = (): void => {
    clearTimeout(this.#total);
    clearTimeout(this.#phase);
    this.#caller.removeEventListener('abort', this.#abort);
  };

  #fail(reason: unknown): void {
    this.#stop();
    // node-fetch rejects on its signal even while the request has no socket yet.
    if (!this.#body) this.#controller.abort(reason);
    else this.#body.destroy(reason instanceof Error ? reason : new Error(String(reason)));
    this.#request?.destroy();
  }
}
