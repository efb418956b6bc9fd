import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { KongcrateError } from '../../src/errors/kongcrate-error.ts';
import { expectError } from '../support/expect-error.ts';
import { get, makeSend, textOf } from './make-send.ts';
import { startProxy } from './start-proxy.ts';
import { startRawServer, startSecureServer, startServer } from './start-server.ts';
import { TestAuthority } from './test-authority.ts';

// The clock of the transport stands still and is moved by hand; sockets and servers are real.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** `done` resolves when `happened` is called. */
function happening(): { readonly happened: () => void; readonly done: Promise<void> } {
  let happened = (): void => undefined;
  const done = new Promise<void>((resolve) => (happened = resolve));
  return { done, happened };
}

/** Lets sockets and streams of this process do what they already can. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
}

async function expectTimeOut(call: Promise<unknown>, phase: string): Promise<KongcrateError> {
  const error = await expectError(() => call, 'TIMED_OUT');
  expect(error.details['phase']).toBe(phase);
  expect(error.exitCode).toBe(6);
  return error;
}

describe('connect', () => {
  it('TLS that is never answered: 10 s', async () => {
    const { happened, done } = happening();
    const url = await startRawServer((socket) => socket.once('data', happened));
    url.protocol = 'https:';
    const call = makeSend()(get(url));
    await done;
    vi.advanceTimersByTime(10_000);
    expect((await expectTimeOut(call, 'connect')).message).toContain('within 10000 ms');
  });

  it('a proxy that never answers CONNECT: 10 s', async () => {
    const { happened, done } = happening();
    const proxy = await startRawServer((socket) => socket.once('data', happened));
    const call = makeSend({ proxyFor: () => proxy })(get('https://registry.invalid/'));
    await done;
    vi.advanceTimersByTime(10_000);
    await expectTimeOut(call, 'connect');
  });
});

it('a limit beyond what a timer can hold is no limit of a millisecond', async () => {
  const { happened, done } = happening();
  const answers: ServerResponse[] = [];
  const url = await startServer((_request, response) => {
    answers.push(response);
    happened();
  });
  const call = makeSend({ timeouts: { totalMs: 2 ** 31 } })(get(url));
  await done;
  await settle();
  vi.advanceTimersByTime(1000);
  answers[0]?.end('late');
  expect(await textOf(await call)).toBe('late');
});

describe('headers', () => {
  it.each([
    [30_000, {}],
    [600_000, { headersTimeoutMs: 600_000 }],
  ])('%d ms after the request was sent', async (limitMs, fields) => {
    const { happened, done } = happening();
    const url = await startServer((request) => {
      request.resume().once('end', happened);
    });
    const body = Buffer.alloc(200_000);
    const call = makeSend()(get(url, { method: 'PUT', body, ...fields }));
    await done;
    await settle();
    vi.advanceTimersByTime(limitMs - 1);
    expect(await Promise.race([call, Promise.resolve('waiting')])).toBe('waiting');
    vi.advanceTimersByTime(1);
    await expectTimeOut(call, 'headers');
  });

  it('count from the request on a connection that is there already, TLS too', async () => {
    const authority = new TestAuthority();
    const ports: (number | undefined)[] = [];
    const { happened, done } = happening();
    const certificate = authority.issue('server', 'IP:127.0.0.1');
    const url = await startSecureServer(certificate, (request, response) => {
      if (ports.push(request.socket.remotePort) === 1) response.end('first');
      else happened();
    });
    const send = makeSend({ caCertificates: [authority.certificate] });
    expect(await textOf(await send(get(url)))).toBe('first');
    await settle();
    const call = send(get(url));
    await done;
    await settle();
    vi.advanceTimersByTime(30_000);
    await expectTimeOut(call, 'headers');
    expect(ports[1]).toBe(ports[0]);
  });

  it('do not run out while a request waits for a free connection', async () => {
    const open: ServerResponse[] = [];
    const { happened, done } = happening();
    const url = await startServer((_request, response) => {
      response.write('x');
      open.push(response);
      happened();
    });
    const send = makeSend({ concurrency: 1, timeouts: { idleWindowMs: 10 ** 8 } });
    const first = await send(get(url));
    const second = send(get(url)).then(textOf);
    await done;
    vi.advanceTimersByTime(29 * 60_000);
    open.shift()?.end();
    expect(await textOf(first)).toBe('x');
    while (open.length === 0) await new Promise(setImmediate);
    open.shift()?.end();
    expect(await second).toBe('x');
  });
});

describe('bodies', () => {
  it('that stand still are given up after 60 s', async () => {
    const url = await startServer((_request, response) => void response.write('begun'));
    const response = await makeSend()(get(url));
    await once(response.body, 'readable');
    const call = textOf(response);
    await settle();
    vi.advanceTimersByTime(120_000);
    await expectTimeOut(call, 'idle');
  });

  it('that trickle are given up too, and a reader who is late is not to blame', async () => {
    const open: ServerResponse[] = [];
    const url = await startServer((_request, response) => {
      response.write('x'.repeat(1024));
      open.push(response);
    });
    const send = makeSend();
    const late = await send(get(url));
    await once(late.body, 'readable');
    vi.advanceTimersByTime(10 * 60_000);
    open[0]?.end();
    expect(await textOf(late)).toHaveLength(1024);

    const trickling = await send(get(url));
    const call = textOf(trickling);
    vi.advanceTimersByTime(60_000);
    for (let window = 0; window < 3 && !trickling.body.destroyed; window++) {
      open[1]?.write('y'.repeat(1024));
      await new Promise(setImmediate);
      vi.advanceTimersByTime(60_000);
    }
    await expectTimeOut(call, 'idle');
  });

  it.each(['http', 'https'])('that are fast enough are read to the end: %s', async (scheme) => {
    const open: ServerResponse[] = [];
    const handler = (_request: unknown, response: ServerResponse): void => {
      response.write('begun');
      open.push(response);
    };
    const authority = new TestAuthority();
    const url =
      scheme === 'http'
        ? await startServer(handler)
        : await startSecureServer(authority.issue('server', 'IP:127.0.0.1'), handler);
    const response = await makeSend({ caCertificates: [authority.certificate] })(get(url));
    let bytes = 0;
    response.body.on('data', (chunk: Buffer) => (bytes += chunk.length));
    for (let window = 1; window <= 5; window++) {
      open[0]?.write(Buffer.alloc(61_440));
      while (bytes < window * 61_440) await new Promise(setImmediate);
      vi.advanceTimersByTime(60_000);
    }
    open[0]?.end();
    await once(response.body, 'end');
    expect(bytes).toBe(5 + 5 * 61_440);
  });

  it('that nobody takes on upload are given up after 60 s', async () => {
    const { happened, done } = happening();
    const url = await startRawServer((socket) => {
      socket.once('data', () => {
        socket.pause();
        happened();
      });
    });
    const call = makeSend()(get(url, { method: 'PUT', body: Buffer.alloc(64 * 2 ** 20) }));
    const ended = expectTimeOut(call, 'idle');
    await done;
    for (let turn = 0; turn < 10; turn++) {
      await settle();
      vi.advanceTimersByTime(60_000);
    }
    await ended;
  });
});

describe('an upload that is answered before it is done', () => {
  it('gives the answer, and hangs up after 60 s', async () => {
    const accepted: Socket[] = [];
    const url = await startRawServer((socket) => {
      accepted.push(socket);
      socket.once('data', () => {
        socket.pause();
        socket.write('HTTP/1.1 413 Too large\r\nContent-Length: 3\r\n\r\nbig');
      });
    });
    const body = Buffer.alloc(64 * 2 ** 20);
    const response = await makeSend()(get(url, { method: 'PUT', body }));
    expect([response.status, await textOf(response)]).toEqual([413, 'big']);
    await settle();
    vi.advanceTimersByTime(120_000);
    // Read on, an upload that went on would end well and its connection would stay.
    const closed = accepted.map((socket) => once(socket.resume(), 'close'));
    await Promise.all(closed);
    expect(closed).toHaveLength(1);
  });
});

describe('the whole', () => {
  it('ends after 30 min, also while data flows', async () => {
    const url = await startServer((_request, response) => void response.write('begun'));
    const response = await makeSend({ timeouts: { idleBytesPerSecond: 0 } })(get(url));
    const call = textOf(response);
    await settle();
    vi.advanceTimersByTime(30 * 60_000);
    await expectTimeOut(call, 'total');
  });

  it('leaves no timer behind', async () => {
    const url = await startServer((_request, response) => response.end('done'));
    const proxy = await startProxy();
    for (const send of [makeSend(), makeSend({ proxyFor: () => proxy.url })]) {
      const response = await send(get(url));
      expect(await textOf(response)).toBe('done');
      while (vi.getTimerCount() > 0) await new Promise(setImmediate);
    }
    await expectError(() => makeSend()(get('http://127.0.0.1:1/')), 'NETWORK_FAILED');
    while (vi.getTimerCount() > 0) await new Promise(setImmediate);
  });
});
