import { once } from 'node:events';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readBody, readStream } from '../../src/http/read-body.ts';
import { expectError } from '../support/expect-error.ts';
import { get, makeSend } from './make-send.ts';
import { startScript, startServer } from './start-server.ts';

const SHORT = 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort';

describe('a whole body', () => {
  it.each([0, 1, 100_000])('of %d bytes, up to the limit', async (length) => {
    const url = await startServer((_request, response) => response.end(Buffer.alloc(length)));
    expect(await readBody(await makeSend()(get(url)), length)).toHaveLength(length);
    if (length === 0) return;
    const response = await makeSend()(get(url));
    const error = await expectError(() => readBody(response, length - 1), 'REGISTRY_ERROR');
    expect(error.message).toContain(`the limit of ${length - 1} bytes`);
    expect(response.body.destroyed).toBe(true);
  });

  it('that ends too early is a network failure', async () => {
    const url = await startScript((socket) => socket.end(SHORT));
    const response = await makeSend()(get(url));
    const error = await expectError(() => readBody(response, 100), 'NETWORK_FAILED');
    expect(error.message).toContain(`reading ${url.href}`);
  });
});

describe('a stream', () => {
  it('carries the bytes', async () => {
    const bytes = Buffer.alloc(300_000, 'abc');
    const url = await startServer((_request, response) => response.end(bytes));
    const chunks = await readStream(await makeSend()(get(url))).toArray();
    expect(Buffer.concat(chunks as Buffer[]).equals(bytes)).toBe(true);
  });

  it('fails also for a reader who comes after the failure', async () => {
    const url = await startScript((socket) => socket.end(SHORT));
    const response = await makeSend()(get(url));
    await new Promise((closed) => response.body.once('close', closed));
    const stream = readStream(response);
    await new Promise(setImmediate);
    await expectError(() => stream.toArray(), 'NETWORK_FAILED');
  });

  it('closes the connection when it is destroyed, read or not', async () => {
    for (const begin of [false, true]) {
      let closed = (): void => undefined;
      const isClosed = new Promise<void>((resolve) => (closed = resolve));
      const url = await startServer((_request, response) => {
        response.on('close', closed);
        response.write('begun');
      });
      const stream = readStream(await makeSend()(get(url)));
      if (begin) await once(stream, 'readable');
      stream.destroy();
      await isClosed;
    }
  });

  it("hands on what the caller's signal was aborted with", async () => {
    const reason = new Error('enough');
    const body = new Readable({ read: () => undefined });
    body.on('error', () => undefined).destroy(reason);
    const url = new URL('https://registry.example/');
    const response = { status: 200, header: () => undefined, url, body, discard: () => undefined };
    await expect(readStream(response).toArray()).rejects.toBe(reason);
  });
});
