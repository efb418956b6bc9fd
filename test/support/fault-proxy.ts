import { once } from 'node:events';
import {
  Agent,
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterThisFile } from './clean-up.ts';
import { kindOf } from '../registry/request-kinds.ts';

/** Everything that a network, or what stands in it, does to one request. */
export const FAULT_KINDS = [
  'reset',
  'stall',
  'slow drip',
  'half-close',
  'truncation',
  'garbage',
  '408',
  '429',
  '500',
  '502',
  '503',
  'answer lost',
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

export interface ProxyFault {
  readonly kind: FaultKind;
  /** Where in a body it happens: a reset in the request's, a truncation in the answer's. */
  readonly atBytes?: number;
}

/** One request that came through. */
export interface ProxiedRequest {
  /** `METHOD kind`, as the request budgets name it. */
  readonly what: string;
  readonly fault: FaultKind | undefined;
  /** Bytes of the two bodies that went through. */
  requestBytes: number;
  answerBytes: number;
}

/** Says what goes wrong with a request; `at` counts from the last call of `start`. */
export type FaultPlan = (request: {
  readonly at: number;
  readonly what: string;
}) => ProxyFault | undefined;

export interface FaultProxy {
  /** `127.0.0.1:PORT`, ready to stand in a reference. */
  readonly host: string;
  /** Begins to count anew, with this plan; without one nothing goes wrong. */
  start(plan?: FaultPlan): void;
  /** What came through since. */
  readonly seen: readonly ProxiedRequest[];
}

const DRIP_MS = 20;

/**
 * A real proxy before a registry. Like nginx it takes a request whole before it hands it on, so
 * that what breaks off on its way never reaches the registry in part.
 * @param upstream `host:port` of the registry
 */
export async function startFaultProxy(upstream: string): Promise<FaultProxy> {
  const agent = new Agent({ keepAlive: true });
  const seen: ProxiedRequest[] = [];
  let plan: FaultPlan = () => undefined;
  const server = createServer((message, response) => {
    const what = kindOf({ method: message.method ?? '', path: message.url ?? '' });
    const fault = plan({ at: seen.length, what });
    const entry = { what, fault: fault?.kind, requestBytes: 0, answerBytes: 0 };
    seen.push(entry);
    message.on('data', (chunk: Buffer) => (entry.requestBytes += chunk.length));
    const passing = { message, response, fault, entry, upstream, agent };
    // A client that goes away ends its own request only.
    pass(passing).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterThisFile(() => {
    agent.destroy();
    server.close();
    server.closeAllConnections();
  });
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    start: (next = () => undefined) => {
      seen.length = 0;
      plan = next;
    },
    seen,
  };
}

interface Passing {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly fault: ProxyFault | undefined;
  readonly entry: ProxiedRequest;
  readonly upstream: string;
  readonly agent: Agent;
}

async function pass(passing: Passing): Promise<void> {
  const { message, response, fault } = passing;
  if (fault?.kind === 'reset') await resetAt(message, fault.atBytes ?? 0);
  else if (fault && isInstead(fault.kind)) answerInstead(response, fault.kind, message);
  else await handOn(passing);
}

/** Takes so much of a request, and breaks its connection. */
async function resetAt(message: IncomingMessage, atBytes: number): Promise<void> {
  let seenBytes = 0;
  if (atBytes > 0)
    for await (const chunk of message as AsyncIterable<Buffer>)
      if ((seenBytes += chunk.length) >= atBytes) break;
  message.socket.resetAndDestroy();
}

function isInstead(kind: FaultKind): boolean {
  return kind === 'stall' || kind === 'half-close' || kind === 'garbage' || /^\d/.test(kind);
}

/** The registry never hears of it. */
function answerInstead(response: ServerResponse, kind: FaultKind, message: IncomingMessage): void {
  message.resume();
  if (kind === 'stall') return;
  message.once('end', () => {
    if (kind === 'half-close') message.socket.end();
    else if (kind === 'garbage') message.socket.end('\u0016\u0003 no HTTP at all \r\n\r\n');
    else response.writeHead(Number(kind), { 'retry-after': '0' }).end();
  });
}

async function handOn({ message, response, fault, entry, ...to }: Passing): Promise<void> {
  const body = await buffer(message);
  const [host = '', port = ''] = to.upstream.split(':');
  const { method, url: path, headers } = message;
  const sent = httpRequest({ host, port, method, path, headers, agent: to.agent });
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  if (fault?.kind === 'answer lost') {
    await buffer(answer);
    message.socket.resetAndDestroy();
  } else if (fault?.kind === 'slow drip') await drip(response, answer);
  else if (fault?.kind === 'truncation') await truncate(response, answer, { fault, entry });
  else {
    response.writeHead(answer.statusCode ?? 500, answer.rawHeaders);
    answer.on('data', (chunk: Buffer) => (entry.answerBytes += chunk.length));
    answer.pipe(response);
  }
}

/** One byte at a time, from the first one on. */
async function drip(response: ServerResponse, answer: IncomingMessage): Promise<void> {
  const text = rawHead(answer);
  const raw = Buffer.concat([Buffer.from(text), await buffer(answer)]);
  const { socket } = response;
  let at = 0;
  const timer = setInterval(() => {
    if (socket === null || socket.destroyed || at >= raw.length) clearInterval(timer);
    else socket.write(raw.subarray(at, (at += 1)));
  }, DRIP_MS);
}

/** Ends in the middle: of the body where there is one, else of the headers. */
async function truncate(
  response: ServerResponse,
  answer: IncomingMessage,
  { fault, entry }: Pick<Passing, 'fault' | 'entry'>,
): Promise<void> {
  const head = Buffer.from(rawHead(answer));
  const length = Number(answer.headers['content-length'] ?? 0);
  const isEmpty = length === 0 || response.req.method === 'HEAD';
  const { socket } = response;
  if (isEmpty) {
    socket?.end(head.subarray(0, head.length / 2));
    return;
  }
  let leftBytes = fault?.atBytes ?? Math.floor(length / 2);
  socket?.write(head);
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    const part = chunk.subarray(0, leftBytes);
    leftBytes -= part.length;
    entry.answerBytes += part.length;
    if (socket?.write(part) === false) await once(socket, 'drain');
    if (leftBytes === 0) break;
  }
  socket?.end();
}

function rawHead({ statusCode = 500, statusMessage = '', rawHeaders }: IncomingMessage): string {
  const lines = [`HTTP/1.1 ${statusCode} ${statusMessage}`];
  for (let at = 0; at < rawHeaders.length; at += 2)
    lines.push(`${rawHeaders[at] ?? ''}: ${rawHeaders[at + 1] ?? ''}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}
