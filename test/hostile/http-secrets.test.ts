import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { KongcrateError } from '../../src/errors/kongcrate-error.ts';
import { checkTarget, followRedirects } from '../../src/http/follow-redirects.ts';
import { readBody } from '../../src/http/read-body.ts';
import type { HttpRequest } from '../../src/http/transport.ts';
import { expectError } from '../support/expect-error.ts';
import { get, makeSend } from '../http/make-send.ts';
import { startProxy } from '../http/start-proxy.ts';
import { startScript, startServer } from '../http/start-server.ts';

// R16: pnpm redactUrlCredentials, go-containerregistry TestRedactFetchBlob, oras-go
// TestFormatHeaders_Scrubbing.

const SIGNED = '?X-Amz-Signature=s3cr3t&X-Amz-Expires=60';
const HEADERS = {
  Authorization: 'Bearer s3cr3t',
  Cookie: 'id=s3cr3t',
  'Proxy-Authorization': 's3cr3t',
};

/** Everything that a call lets anybody see: log lines, and the error with all that hangs on it. */
async function shown(call: (log: (line: string) => void) => Promise<unknown>): Promise<string> {
  const lines: string[] = [];
  const error: unknown = await call((line) => lines.push(line)).catch((thrown: unknown) => thrown);
  if (error instanceof KongcrateError) lines.push(error.remedy);
  lines.push(inspect(error, { depth: 10, showHidden: true, getters: true }));
  return lines.join('\n');
}

function secretRequest(url: URL): HttpRequest {
  return get(new URL(SIGNED, url), { headers: HEADERS });
}

describe('R16: the log', () => {
  it('has one line for each request: method, URL, status, size, time', async () => {
    const url = await startServer((_request, response) => {
      response.writeHead(200, { 'Set-Cookie': 'id=s3cr3t', 'Content-Length': '2' }).end('ok');
    });
    const lines: string[] = [];
    const response = await makeSend({ log: (line) => lines.push(line) })(secretRequest(url));
    await readBody(response, 10);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      /^GET http:\/\/127\.0\.0\.1:\d+\/\?X-Amz-Signature=\*\*\*&X-Amz-Expires=\*\*\* 200 2 bytes \d+ ms$/,
    );
  });

  it('has the bytes that an upload sent', async () => {
    const url = await startServer((request, response) => {
      request.resume().once('end', () => response.writeHead(201).end());
    });
    const lines: string[] = [];
    const send = makeSend({ log: (line) => lines.push(line) });
    (await send(get(url, { method: 'PUT', body: Buffer.from('s3cr3t') }))).discard();
    expect(lines[0]).toMatch(/^PUT http:\/\/127\.0\.0\.1:\d+\/ 201 6 bytes sent \d+ ms$/);
  });

  it('leaves out a size that is unknown or no number, and says how a call failed', async () => {
    const url = await startServer((_request, response) => void response.write('chunked'));
    const lines: string[] = [];
    const send = makeSend({ log: (line) => lines.push(line) });
    (await send(get(url))).discard();
    await send(get('http://127.0.0.1:1/')).catch(() => undefined);
    expect(lines[0]).toMatch(/ 200 \d+ ms$/);
    expect(lines[1]).toMatch(/^GET http:\/\/127\.0\.0\.1:1\/ failed after \d+ ms: .*ECONNREFUSED/);
  });
});

describe('R16: no secret leaves with an error', () => {
  it('of a connection', async () => {
    const text = await shown((log) =>
      makeSend({ log })(secretRequest(new URL('http://127.0.0.1:1'))),
    );
    expect(text).toContain('NETWORK_FAILED');
    expect(text).not.toContain('s3cr3t');
  });

  it('of bytes that are no HTTP, and of a body that breaks off', async () => {
    for (const answer of [
      's3cr3t s3cr3t\r\n\r\n',
      'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\ns3cr3t',
    ]) {
      const url = await startScript((socket) => socket.end(answer));
      const text = await shown(async (log) =>
        readBody(await makeSend({ log })(secretRequest(url)), 100),
      );
      expect(text).toContain('NETWORK_FAILED');
      expect(text).not.toContain('s3cr3t');
    }
  });

  it('of a URL with user name and password, which is never sent', async () => {
    const url = new URL('http://me:s3cr3t@127.0.0.1:1/');
    const text = await shown((log) => makeSend({ log })(get(url)));
    expect(text).toContain('NETWORK_FAILED');
    expect(text).not.toContain('s3cr3t');
  });

  it('of a time-out, a body beyond its limit, a proxy', async () => {
    const silent = await startServer((request, response) => {
      if (request.url?.startsWith('/large') === true) response.end('x'.repeat(100));
    });
    const proxy = new URL((await startProxy('HTTP/1.1 407 No\r\n\r\n')).url);
    proxy.password = 's3cr3t';
    const texts = [
      await shown((log) => makeSend({ log, timeouts: { headersMs: 50 } })(secretRequest(silent))),
      await shown(async (log) =>
        readBody(await makeSend({ log })(secretRequest(new URL('/large', silent))), 10),
      ),
      await shown((log) =>
        makeSend({ log, proxyFor: () => proxy })(secretRequest(new URL('https://r.invalid'))),
      ),
    ];
    expect(texts.map((text) => /TIMED_OUT|REGISTRY_ERROR|NETWORK_FAILED/.exec(text)?.[0])).toEqual([
      'TIMED_OUT',
      'REGISTRY_ERROR',
      'NETWORK_FAILED',
    ]);
    for (const text of texts) expect(text).not.toContain('s3cr3t');
  });

  it.each([
    'https://me:s3cr3t@cdn.example/',
    `http://cdn.example/${SIGNED}`,
    `ftp://me:s3cr3t@cdn.example/${SIGNED}`,
    `https://169.254.169.254/${SIGNED}`,
    'https://me:s3cr3t@[',
    'https://[?token=s3cr3t',
  ])('of a redirect to %s', async (location) => {
    const registry = new URL('https://registry.example/');
    const text = await shown(async () =>
      Promise.resolve(checkTarget(location, registry, registry)),
    );
    expect(text).toContain('REDIRECT_REFUSED');
    expect(text).not.toContain('s3cr3t');
  });

  it('and text of the server cannot steer the terminal', async () => {
    const registry = await startScript((socket) => {
      const location = 'http://[\u009b2J\u0085\u0090owned';
      socket.write(
        `HTTP/1.1 302 Go\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`,
        'latin1',
      );
    });
    const send = followRedirects(makeSend(), { registry });
    const { message } = await expectError(() => send(get(registry)), 'REDIRECT_REFUSED');
    expect(message).toMatch(/http:\/\/\[2Jowned$/);
  });
});
