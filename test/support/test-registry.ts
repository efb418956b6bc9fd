import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterThisFile } from './clean-up.ts';
import {
  RegistryContent,
  type Exchange,
  type RegistryBehaviour,
  type Reply,
  type RepositoryContent,
} from './test-registry-content.ts';

/** What goes wrong with one request. */
export interface Fault {
  /** Runs before the request is looked at; it waits as long. */
  readonly before?: () => unknown;
  /** The answer to send instead of doing anything; `reset` breaks the connection. */
  readonly instead?: Partial<Reply> | 'reset';
  /** Changes the answer to what was done. */
  readonly change?: (reply: Reply) => Reply;
  /** Runs when the request is done; its answer waits as long. */
  readonly after?: () => unknown;
  /** Does the request and breaks the connection without an answer. */
  readonly loseAnswer?: boolean;
  /** Does the request with so many bytes of its body, and breaks the connection. */
  readonly takeBytes?: number;
  /** Breaks the connection after so many bytes of the answer's body. */
  readonly resetAfterBytes?: number;
  /** Sends so many bytes of the answer's body, and nothing more. */
  readonly stallAfterBytes?: number;
}

export interface TestRegistryOptions extends RegistryBehaviour {
  /** Certificate and key as PEM: the registry then speaks TLS only. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca?: string };
  /** Answers requests that may not pass, such as with a 401 and a challenge. */
  readonly authorize?: (exchange: Exchange) => Reply | undefined;
}

/** One line of the access log. */
export interface LoggedRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** 0 where the connection broke before an answer. */
  readonly status: number;
}

export interface TestRegistry {
  /** `127.0.0.1:PORT`, ready to stand in a reference. */
  readonly host: string;
  readonly log: readonly LoggedRequest[];
  /** The log as `METHOD path status`, of paths that match. */
  requests(pattern?: RegExp): readonly string[];
  repository(name: string): RepositoryContent;
  /** Scripts what happens to the next requests like this; `times` may be Infinity. */
  next(method: string, path: RegExp, fault: Fault, times?: number): void;
  close(): Promise<void>;
}

interface ScriptedFault {
  readonly method: string;
  readonly path: RegExp;
  readonly fault: Fault;
  left: number;
}

/** Starts a registry of the tests' own over real HTTP, stopped after the last test of the file. */
export async function startTestRegistry(options: TestRegistryOptions = {}): Promise<TestRegistry> {
  const content = new RegistryContent(options);
  const log: LoggedRequest[] = [];
  const faults: ScriptedFault[] = [];
  const listener: RequestListener = (message, response) => {
    // A client that goes away ends its own request only.
    response.once('error', () => undefined);
    serve({ message, response, content, log, faults, options }).catch(() => response.destroy());
  };
  const server = options.tls
    ? createTlsServer({ ...options.tls, requestCert: options.tls.ca !== undefined }, listener)
    : createServer(listener);
  afterThisFile(() => stop(server));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    log,
    requests: (pattern = /./) =>
      log
        .filter(({ path }) => pattern.test(path))
        .map(({ method, path, status }) => `${method} ${path} ${status}`),
    repository: (name) => content.repository(name),
    next: (method, path, fault, times = 1) => {
      faults.push({ method, path, fault, left: times });
    },
    close: () => stop(server),
  };
}

interface Serving {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly content: RegistryContent;
  readonly log: LoggedRequest[];
  readonly faults: readonly ScriptedFault[];
  readonly options: TestRegistryOptions;
}

async function serve(serving: Serving): Promise<void> {
  const { message, response, content, log, options } = serving;
  const { method = '', url: path = '', headers } = message;
  const scheme = options.tls ? 'https' : 'http';
  const url = new URL(path, `${scheme}://${headers.host ?? 'localhost'}`);
  const fault = takeFault(serving.faults, method, path);
  await fault.before?.();
  const entry = { method, path, headers };
  if (fault.instead === 'reset') {
    log.push({ ...entry, status: 0 });
    response.destroy();
    return;
  }
  const body = (await buffer(message)).subarray(0, fault.takeBytes);
  const exchange: Exchange = { method, url, headers, body };
  const answer = fault.instead
    ? { status: 200, headers: {}, body: Buffer.alloc(0), ...fault.instead }
    : (options.authorize?.(exchange) ?? content.answer(exchange));
  const reply = fault.change?.(answer) ?? answer;
  const isLost = fault.loseAnswer ?? fault.takeBytes !== undefined;
  log.push({ ...entry, status: isLost ? 0 : reply.status });
  await fault.after?.();
  if (isLost) response.destroy();
  else send(response, method === 'HEAD' ? { ...reply, body: Buffer.alloc(0) } : reply, fault);
}

function send(response: ServerResponse, { status, headers, body }: Reply, fault: Fault): void {
  response.writeHead(status, headers);
  const { resetAfterBytes, stallAfterBytes } = fault;
  if (stallAfterBytes !== undefined) response.write(body.subarray(0, stallAfterBytes));
  else if (resetAfterBytes === undefined) response.end(body);
  else response.write(body.subarray(0, resetAfterBytes), () => response.destroy());
}

function takeFault(faults: readonly ScriptedFault[], method: string, path: string): Fault {
  const found = faults.find(
    (one) => one.left > 0 && one.method === method && one.path.test(decodeURIComponent(path)),
  );
  if (!found) return {};
  found.left -= 1;
  return found.fault;
}

async function stop(server: Server): Promise<void> {
  if (!server.listening) return;
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}
