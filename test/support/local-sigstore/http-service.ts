import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterThisFile } from '../clean-up.ts';

export interface ServiceRequest {
  readonly method: string;
  readonly path: string;
  /** With its question mark, or empty. */
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface ServiceReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

export interface HttpService {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** What was asked and answered, as `METHOD /path status`. */
  readonly requests: readonly string[];
  stop(): Promise<void>;
}

/**
 * Serves over real HTTP on a port of its own, stopped after the last test of the file.
 * @param answer what is thrown here is answered with 400 and its message
 */
export async function startHttpService(
  answer: (request: ServiceRequest) => Promise<ServiceReply> | ServiceReply,
): Promise<HttpService> {
  const requests: string[] = [];
  const server = createServer((message, response) => {
    const { method = '', url = '', headers } = message;
    const { pathname: path, search: query } = new URL(url, 'http://service');
    buffer(message)
      .then((body) => answer({ method, path, query, headers, body }))
      .catch((error: unknown) => refusal(400, String(error)))
      .then((reply) => {
        requests.push(`${method} ${path} ${reply.status}`);
        response.writeHead(reply.status, reply.headers).end(reply.body);
      })
      .catch(() => response.destroy());
  });
  afterThisFile(() => stop(server));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, requests, stop: () => stop(server) };
}

export function jsonReply(status: number, body: object): ServiceReply {
  const headers = { 'content-type': 'application/json' };
  return { status, headers, body: JSON.stringify(body) };
}

export function refusal(status: number, message: string): ServiceReply {
  return jsonReply(status, { code: status, message });
}

async function stop(server: Server): Promise<void> {
  if (!server.listening) return;
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}
