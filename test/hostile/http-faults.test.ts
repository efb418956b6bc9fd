import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { followRedirects } from '../../src/http/follow-redirects.ts';
import type { Send } from '../../src/http/transport.ts';
import { withRetries } from '../../src/http/with-retries.ts';
import { expectError } from '../support/expect-error.ts';
import { get, makeSend, textOf } from '../http/make-send.ts';
import { startRawServer, startScript, startServer } from '../http/start-server.ts';

// R14: regclient reqresp, containerd TestPusherErrReset, got's slow-data-stream.

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const BEGUN = 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort';
const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n';

function retrying(url: URL): { readonly send: Send; readonly waits: number[] } {
  const waits: number[] = [];
  const wait = (delayMs: number): Promise<void> => Promise.resolve(void waits.push(delayMs));
  return { send: withRetries(followRedirects(makeSend(), { registry: url }), { wait }), waits };
}

/** Does `bad` to the first requests, then answers. */
async function recovering(times: number, bad: (socket: Socket) => void): Promise<URL> {
  let count = 0;
  return startScript((socket) => {
    if (count++ < times) bad(socket);
    else socket.write(OK);
  });
}

describe('R14: before the headers', () => {
  it.each<[string, (socket: Socket) => void]>([
    ['a reset', (socket) => void socket.resetAndDestroy()],
    ['a close', (socket) => void socket.end()],
    ['half a status line', (socket) => void socket.end('HTTP/1.')],
    ['half of the headers', (socket) => void socket.end('HTTP/1.1 200 OK\r\nX: ')],
    ['no HTTP', (socket) => void socket.end('SSH-2.0-OpenSSH_9.2\r\n')],
  ])('%s: tried again, three times at most', async (_title, bad) => {
    const twice = await recovering(2, bad);
    expect(await textOf(await retrying(twice).send(get(twice)))).toBe('ok');
    const always = await recovering(Infinity, bad);
    const { send, waits } = retrying(always);
    await expectError(() => send(get(always)), 'NETWORK_FAILED');
    expect(waits).toHaveLength(2);
  });

  it('headers without end are cut by their size', async () => {
    const url = await startScript((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(1_000_000)}`);
    });
    await expectError(() => makeSend()(get(url)), 'NETWORK_FAILED');
  });

  it('silence: TIMED_OUT, and the caller decides about another try', async () => {
    const url = await startRawServer(() => undefined);
    const error = await expectError(
      () => makeSend({ timeouts: { headersMs: 50 } })(get(url)),
      'TIMED_OUT',
    );
    expect(error.details).toEqual({ phase: 'headers', limitMs: 50 });
  });
});

describe('R14: answers that ask for another try', () => {
  it('500, then 200', async () => {
    const url = await recovering(1, (socket) => {
      socket.write('HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\noops');
    });
    expect(await textOf(await retrying(url).send(get(url)))).toBe('ok');
  });

  it('429 with Retry-After, then 200: waits as long as it was told', async () => {
    const url = await recovering(1, (socket) => {
      socket.write('HTTP/1.1 429 Slow\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n');
    });
    const { send, waits } = retrying(url);
    expect(await textOf(await send(get(url)))).toBe('ok');
    expect(waits).toEqual([7000]);
  });

  it('a PUT whose answer was lost is sent again, whole', async () => {
    const bodies: string[] = [];
    const url = await startServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        bodies.push(Buffer.concat(chunks).toString());
        if (bodies.length === 1) request.socket.resetAndDestroy();
        else response.writeHead(201).end();
      });
    });
    const body = Buffer.from('the whole body');
    const response = await retrying(url).send(get(url, { method: 'PUT', body }));
    expect([response.status, bodies]).toEqual([201, ['the whole body', 'the whole body']]);
    response.discard();
  });
});

describe('R14: in the middle of a body', () => {
  it.each<[string, (socket: Socket) => void]>([
    ['a close, too early', (socket) => void socket.end(BEGUN)],
    ['a close, chunked', (socket) => void socket.end(CHUNKED)],
    ['a wrong chunk', (socket) => void socket.end(`${CHUNKED}zz\r\n`)],
    [
      'a reset',
      (socket) => {
        socket.write(BEGUN, () => setImmediate(() => socket.resetAndDestroy()));
      },
    ],
  ])('%s: NETWORK_FAILED, never a short body', async (_title, bad) => {
    const url = await startScript(bad);
    await expectError(async () => textOf(await makeSend()(get(url))), 'NETWORK_FAILED');
  });

  it.each([BEGUN, CHUNKED])('silence: TIMED_OUT (%j)', async (begun) => {
    const url = await startScript((socket) => socket.write(begun));
    const send = makeSend({ timeouts: { idleWindowMs: 50 } });
    const error = await expectError(async () => textOf(await send(get(url))), 'TIMED_OUT');
    expect(error.details['phase']).toBe('idle');
  });
});

describe('R14: TLS', () => {
  it.each<[string, (socket: Socket) => void, string]>([
    ['no TLS at all', (socket) => void socket.end('HTTP/1.1 400 Bad\r\n\r\n'), 'PROTOCOL'],
    ['a close in the handshake', (socket) => void socket.end(), 'CONNECTION'],
    ['a reset in the handshake', (socket) => void socket.resetAndDestroy(), 'CONNECTION'],
  ])('%s: NETWORK_FAILED', async (_title, bad, kind) => {
    const url = await startScript(bad);
    url.protocol = 'https:';
    const error = await expectError(() => makeSend()(get(url)), 'NETWORK_FAILED');
    expect(error.details['kind']).toBe(kind);
  });
});
