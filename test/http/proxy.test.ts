import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createSend } from '../../src/http/create-send.ts';
import { expectError } from '../support/expect-error.ts';
import { get, makeSend, textOf } from './make-send.ts';
import { startProxy } from './start-proxy.ts';
import { startRawServer, startSecureServer, startServer } from './start-server.ts';
import { TestAuthority } from './test-authority.ts';

const authority = new TestAuthority();
const caCertificates = [authority.certificate];
const forAddress = authority.issue('address', 'IP:127.0.0.1');
const forName = authority.issue('name', 'DNS:localhost');

describe('through a proxy', () => {
  it('https goes through a tunnel that is kept, with the login of the proxy', async () => {
    const url = await startSecureServer(forAddress, (_request, response) => response.end('deep'));
    const proxy = await startProxy();
    const login = new URL(proxy.url);
    login.username = 'me';
    login.password = 'pass%20word';
    const send = makeSend({ caCertificates, proxyFor: () => login });
    for (let count = 0; count < 3; count++) expect(await textOf(await send(get(url)))).toBe('deep');
    expect(proxy.seen).toEqual([`CONNECT ${url.host}`]);
    expect(proxy.logins).toEqual([`Basic ${Buffer.from('me:pass word').toString('base64')}`]);
  });

  it('http asks the proxy for the whole address', async () => {
    const url = await startServer((request, response) => response.end(request.url));
    const proxy = await startProxy();
    const target = new URL('/v2/?n=1', url);
    const response = await makeSend({ proxyFor: () => proxy.url })(get(target));
    expect(await textOf(response)).toBe('/v2/?n=1');
    expect(proxy.seen).toEqual([`GET ${target.href}`]);
  });

  it('checks the certificate against the target, not against the proxy', async () => {
    const url = await startSecureServer(forName, (_request, response) => response.end('deep'));
    const proxy = await startProxy();
    const proxyFor = (): URL => new URL(`http://localhost:${proxy.url.port}`);
    const send = makeSend({ caCertificates, proxyFor });
    const error = await expectError(() => send(get(url)), 'NETWORK_FAILED');
    expect(error.details['errno']).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    expect(await textOf(await send(get(`https://localhost:${url.port}/`)))).toBe('deep');
  });

  it('the proxy itself may be anywhere, the target may not', async () => {
    const proxy = await startProxy();
    const send = makeSend({ allowLoopback: false, proxyFor: () => proxy.url });
    for (const target of [
      'https://169.254.169.254/',
      'http://metadata.google.internal/',
      'https://localhost/',
    ])
      await expectError(() => send(get(target)), 'REDIRECT_REFUSED');
    expect(proxy.seen).toEqual([]);
    await expectError(() => send(get('https://registry.invalid:1/')), 'NETWORK_FAILED');
    expect(proxy.seen).toEqual(['CONNECT registry.invalid:1']);
  });

  it.each([
    ['HTTP/1.1 407 Login\r\nProxy-Authenticate: Basic\r\n\r\n', 407, 'USER:PASSWORD'],
    ['HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno', 403, 'NO_PROXY'],
  ])('a refusal of the proxy is no answer of the registry: %j', async (refusal, status, remedy) => {
    const proxy = await startProxy(refusal);
    const login = new URL(proxy.url);
    login.password = 'secret';
    const send = makeSend({ proxyFor: () => login });
    const error = await expectError(() => send(get('https://registry.invalid/')), 'NETWORK_FAILED');
    expect(error.details).toEqual({ kind: 'PROXY', status });
    expect(error.remedy).toContain(remedy);
    expect(error.message).not.toContain('secret');
  });

  it('close ends also what still waits for the proxy', async () => {
    const asked: Socket[] = [];
    const silent = await startRawServer((socket) => {
      socket.once('data', () => asked.push(socket));
    });
    const { send, close } = createSend({ allowLoopback: false, proxyFor: () => silent });
    const call = send(get('https://registry.invalid/'));
    while (asked.length === 0) await new Promise(setImmediate);
    const hungUp = asked.map((socket) => once(socket, 'close'));
    close();
    await expectError(() => call, 'NETWORK_FAILED');
    await Promise.all(hungUp);
  });

  it('a proxy of another kind is refused before anything is sent', async () => {
    const send = makeSend({ proxyFor: () => new URL('socks5://me:secret@127.0.0.1:1080') });
    const error = await expectError(() => send(get('https://registry.invalid/')), 'USAGE');
    expect(error.message).toContain('socks5://127.0.0.1:1080');
    expect(error.message).not.toContain('secret');
  });
});
