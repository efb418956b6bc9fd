import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createSend } from '../../src/http/create-send.ts';
import { expectError } from '../support/expect-error.ts';
import { get, makeSend, textOf } from './make-send.ts';
import { nameServer } from './name-server.ts';
import { startScript, startServer } from './start-server.ts';

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

describe('one hop', () => {
  it('gives status, headers, address and body as they came', async () => {
    const url = await startServer((_request, response) => {
      response.writeHead(404, { 'Docker-Content-Digest': 'sha256:x' }).end('nothing here');
    });
    const response = await makeSend()(get(url));
    expect(response.status).toBe(404);
    expect(response.header('docker-content-DIGEST')).toBe('sha256:x');
    expect(response.header('etag')).toBeUndefined();
    expect(response.url.href).toBe(url.href);
    expect(await textOf(response)).toBe('nothing here');
  });

  it('sends the given headers, asks for plain bytes and names itself', async () => {
    const url = await startServer((request, response) => {
      response.end(JSON.stringify(request.headers));
    });
    const headers = { 'accept-encoding': 'gzip', Accept: 'text/x', Authorization: 'Bearer t' };
    const sent: unknown = JSON.parse(await textOf(await makeSend()(get(url, { headers }))));
    expect(sent).toMatchObject({
      accept: 'text/x',
      authorization: 'Bearer t',
      'accept-encoding': 'identity',
      'user-agent': 'kongcrate',
    });
  });

  it('follows no redirect', async () => {
    const url = await startServer((_request, response) => {
      response.writeHead(302, { Location: '/elsewhere' }).end();
    });
    const response = await makeSend()(get(url));
    expect([response.status, response.header('location')]).toEqual([302, '/elsewhere']);
    response.discard();
  });

  it.each([0, 1, 65_536, 300_001])('uploads %d bytes with their length', async (length) => {
    const url = await startServer((request, response) => {
      void bodyOf(request).then((body) => {
        const kind = request.headers['transfer-encoding'] ?? request.headers['content-length'];
        response.end(`${kind ?? ''} ${body.equals(Buffer.alloc(length, 'ab')) ? 'same' : 'other'}`);
      });
    });
    const body = Buffer.alloc(length, 'ab');
    const response = await makeSend()(get(url, { method: 'PUT', body }));
    expect(await textOf(response)).toBe(`${length} same`);
  });

  it('keeps connections, no more than asked for, and uses them again after discard', async () => {
    const ports = new Set<number | undefined>();
    const url = await startServer((request, response) => {
      ports.add(request.socket.remotePort);
      response.end('x'.repeat(1000));
    });
    const send = makeSend({ concurrency: 2 });
    const read = async (): Promise<void> => {
      const response = await send(get(url));
      response.discard();
      await once(response.body, 'close');
    };
    await Promise.all(Array.from({ length: 8 }, read));
    expect(ports.size).toBeLessThanOrEqual(2);
  });

  it.each(['stalls', 'is broken off'])('gets over a discarded body that %s', async (what) => {
    const url = await startScript((socket) => {
      socket.write('HTTP/1.1 307 Go\r\nContent-Length: 99\r\n\r\nthe beginning');
      if (what === 'is broken off') setImmediate(() => socket.resetAndDestroy());
    });
    const response = await makeSend()(get(url));
    const closed = new Promise((resolve) => response.body.once('close', resolve));
    response.discard();
    await closed;
  });

  it('cuts the connection where a discarded body is long', async () => {
    let isCut = (): void => undefined;
    const cut = new Promise<void>((resolve) => (isCut = resolve));
    const url = await startServer((_request, response) => {
      response.on('close', isCut);
      const write = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      };
      response.on('drain', write);
      write();
    });
    (await makeSend()(get(url))).discard();
    await cut;
  });
});

describe("the caller's signal", () => {
  it('refuses before anything is sent', async () => {
    const reason = new Error('changed my mind');
    const request = get('http://127.0.0.1:1/', { signal: AbortSignal.abort(reason) });
    await expect(makeSend()(request)).rejects.toBe(reason);
  });

  it('ends the wait for an answer, and the reading of a body, with its own reason', async () => {
    const arrived: (() => void)[] = [];
    const url = await startServer((request, response) => {
      if (request.url === '/body') response.write('begun');
      arrived.shift()?.();
    });
    for (const path of ['/', '/body']) {
      const abort = new AbortController();
      const reason = new Error(`stop ${path}`);
      const isThere = new Promise<void>((resolve) => arrived.push(resolve));
      const call = makeSend()(get(new URL(path, url), { signal: abort.signal })).then(textOf);
      await isThere;
      abort.abort(reason);
      await expect(call).rejects.toBe(reason);
    }
  });
});

describe('many requests at once', () => {
  it('share one signal without a warning of Node.js', async () => {
    const url = await startServer((_request, response) => response.end('x'));
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on('warning', note);
    const { signal } = new AbortController();
    const send = makeSend();
    await Promise.all(Array.from({ length: 40 }, () => send(get(url, { signal })).then(textOf)));
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });
});

describe('connections that do not come about', () => {
  it('says so with address and remedy', async () => {
    const error = await expectError(
      () => makeSend()(get('http://127.0.0.1:1/v2/')),
      'NETWORK_FAILED',
    );
    expect(error.message).toContain('GET http://127.0.0.1:1/v2/ failed: connect ECONNREFUSED');
    expect(error.details).toEqual({ kind: 'CONNECTION', errno: 'ECONNREFUSED' });
    expect(error.retryable).toBe(true);
  });

  it('names every address that was tried, and a name server that knows none', async () => {
    const both = makeSend({ lookup: nameServer('127.0.0.1', '::1') });
    const refused = await expectError(() => both(get('http://two.example:1/')), 'NETWORK_FAILED');
    expect(refused.message).toContain('127.0.0.1:1; connect');
    const none = makeSend({
      lookup: (hostname, _options, callback) => {
        const failure = new Error(`getaddrinfo ENOTFOUND ${hostname}`);
        callback(Object.assign(failure, { code: 'ENOTFOUND' }), '');
      },
    });
    const unknown = await expectError(() => none(get('http://no.example/')), 'NETWORK_FAILED');
    expect(unknown.details).toEqual({ kind: 'NAME', errno: 'ENOTFOUND' });
  });

  it('close ends what is under way', async () => {
    const url = await startServer(() => undefined);
    const { send, close } = createSend({ allowLoopback: true });
    const call = send(get(url));
    close();
    await expectError(() => call, 'NETWORK_FAILED');
  });
});
