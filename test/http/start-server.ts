import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import { createServer as createRawServer, type Socket } from 'node:net';
import type { AddressInfo, Server as RawServer } from 'node:net';
import { afterThisFile } from '../support/clean-up.ts';

/** A real HTTP server on a free port of loopback, stopped after the last test of the file. */
export async function startServer(handler: RequestListener): Promise<URL> {
  return listen(createServer(handler), 'http');
}

/** The same over TLS. */
export async function startSecureServer(
  options: ServerOptions,
  handler: RequestListener,
): Promise<URL> {
  return listen(createSecureServer(options, handler), 'https');
}

/** Speaks to each connection byte by byte. */
export async function startRawServer(handler: (socket: Socket) => void): Promise<URL> {
  return listen(
    createRawServer((socket) => {
      socket.on('error', () => undefined);
      handler(socket);
    }),
    'http',
  );
}

/** Does `answer` for each request, once bytes of it are there. */
export async function startScript(answer: (socket: Socket) => void): Promise<URL> {
  return startRawServer((socket) => {
    socket.on('data', () => {
      answer(socket);
    });
  });
}

async function listen(server: Server | RawServer, scheme: string): Promise<URL> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  afterThisFile(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return new URL(`${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}
