import { TLSSocket } from 'node:tls';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectError } from '../support/expect-error.ts';
import { get, makeSend, textOf } from './make-send.ts';
import { startSecureServer, startServer } from './start-server.ts';
import { TestAuthority, type Issued } from './test-authority.ts';

const authority = new TestAuthority();
const caCertificates = [authority.certificate];
const server = authority.issue('server', 'IP:127.0.0.1,DNS:localhost');
const client = authority.issue('client', 'DNS:client.test');
const clientCertificate = { certificate: client.cert, key: client.key };

async function greeter(certificate: Issued): Promise<URL> {
  return startSecureServer(certificate, (_request, response) => response.end('hello'));
}

describe('certificates of the server', () => {
  let url: URL;
  beforeAll(async () => {
    url = await greeter(server);
  });

  it('are refused without their authority, which no retry mends', async () => {
    const error = await expectError(() => makeSend()(get(url)), 'NETWORK_FAILED');
    expect(error.details['kind']).toBe('CERTIFICATE');
    expect(error.remedy).toContain('--ca-file');
    expect(error.remedy).toContain('--insecure');
  });

  it('are accepted with it, and without a look at them', async () => {
    for (const options of [{ caCertificates }, { insecure: true }])
      expect(await textOf(await makeSend(options)(get(url)))).toBe('hello');
  });

  it('must name the host', async () => {
    const other = await greeter(authority.issue('other', 'DNS:other.test'));
    const error = await expectError(
      () => makeSend({ caCertificates })(get(other)),
      'NETWORK_FAILED',
    );
    expect(error.details).toEqual({ kind: 'CERTIFICATE', errno: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });

  it('do not matter on plain http', async () => {
    const plain = await startServer((_request, response) => response.end('plain'));
    expect(await textOf(await makeSend({ insecure: true, caCertificates })(get(plain)))).toBe(
      'plain',
    );
  });
});

describe('the client certificate', () => {
  async function strictServer(): Promise<URL> {
    const options = { ...server, ca: authority.certificate, requestCert: true };
    return startSecureServer({ ...options, rejectUnauthorized: false }, ({ socket }, response) => {
      response.end(socket instanceof TLSSocket && socket.authorized ? 'a client' : 'nobody');
    });
  }

  it('is shown where credentials may go, and nowhere else', async () => {
    const url = await strictServer();
    const send = makeSend({ caCertificates, clientCertificate });
    expect(await textOf(await send(get(url)))).toBe('a client');
    expect(await textOf(await send(get(url, { mayAuthorize: false })))).toBe('nobody');
    expect(await textOf(await send(get(url)))).toBe('a client');
  });

  it('is what the remedy names where the server insists', async () => {
    const options = { ...server, ca: authority.certificate, requestCert: true };
    const url = await startSecureServer(options, (_request, response) => response.end('in'));
    const error = await expectError(() => makeSend({ caCertificates })(get(url)), 'NETWORK_FAILED');
    expect(error.remedy).toContain('--cert-file');
    const send = makeSend({ caCertificates, clientCertificate });
    expect(await textOf(await send(get(url)))).toBe('in');
  });
});

describe('a server that speaks plain http where https is expected', () => {
  it('is named as such', async () => {
    const url = await startServer((_request, response) => response.end());
    url.protocol = 'https:';
    const error = await expectError(() => makeSend()(get(url)), 'NETWORK_FAILED');
    expect(error.details['kind']).toBe('PROTOCOL');
    expect(error.remedy).toContain('--plain-http');
  });
});
