import { afterAll, describe, expect, it } from 'vitest';
import { createSend } from '../../src/http/create-send.ts';
import { followRedirects } from '../../src/http/follow-redirects.ts';
import { expectError } from '../support/expect-error.ts';
import { get, makeSend } from '../http/make-send.ts';
import { nameServer } from '../http/name-server.ts';
import { startProxy } from '../http/start-proxy.ts';
import { scriptedSend } from '../http/scripted-send.ts';
import { startServer } from '../http/start-server.ts';

// R8: go-containerregistry TestCheckRedirectSSRF and issue 2440; got CVE-2022-33987.

const REFUSED = [
  ['metadata', 'http://169.254.169.254/latest/meta-data/'],
  ['metadata, decimal', 'http://2852039166/'],
  ['metadata, hexadecimal', 'http://0xa9fea9fe/'],
  ['metadata, mapped', 'http://[::ffff:169.254.169.254]/'],
  ['metadata, NAT64', 'http://[64:ff9b::a9fe:a9fe]/'],
  ['metadata of AWS, IPv6', 'http://[fd00:ec2::254]/'],
  ['metadata of Alibaba', 'http://100.100.100.200/'],
  ['metadata of Azure', 'http://168.63.129.16/'],
  ['metadata of Google, by name', 'http://metadata.google.internal/'],
  ['link-local', 'http://[fe80::1]/'],
  ['unspecified', 'http://[::]/'],
  ['unspecified, IPv4', 'http://0/'],
  ['unix socket', 'unix:/var/run/docker.sock:/info'],
  ['file', 'file:///etc/shadow'],
  ['no location', undefined],
  ['nonsense', 'http://['],
] as const;

describe('R8: where a redirect leads', () => {
  it.each(REFUSED)('%s: refused, and nobody is asked', async (_title, location) => {
    const requests: string[] = [];
    const registry = await startServer((request, response) => {
      requests.push(request.url ?? '');
      response.writeHead(302, location === undefined ? {} : { Location: location }).end();
    });
    const proxy = await startProxy();
    // Through a proxy that would reach anything: what it sees is what was sent.
    const proxyFor = (url: URL): URL | undefined =>
      url.host === registry.host ? undefined : proxy.url;
    const send = followRedirects(makeSend({ proxyFor }), { registry });
    await expectError(() => send(get(registry)), 'REDIRECT_REFUSED');
    expect(requests).toEqual(['/']);
    expect(proxy.seen).toEqual([]);
  });

  it('loopback, where the registry is elsewhere: a server there is not reached', async () => {
    let isReached = false;
    const trap = await startServer((_request, response) => {
      isReached = true;
      response.end();
    });
    const { send: hop, close } = createSend({ allowLoopback: false });
    afterAll(close);
    const registry = new URL('http://registry.example/');
    for (const target of [trap.href, `http://localhost:${trap.port}/`]) {
      const { send } = scriptedSend({ status: 302, headers: { location: target } });
      const follow = followRedirects(
        (request) => (request.url.host === registry.host ? send(request) : hop(request)),
        { registry },
      );
      await expectError(() => follow(get(registry)), 'REDIRECT_REFUSED');
      await expectError(() => hop(get(target)), 'REDIRECT_REFUSED');
    }
    expect(isReached).toBe(false);
  });

  it.each(['169.254.169.254', '::ffff:169.254.169.254', '127.0.0.1', '0.0.0.0'])(
    'a name that resolves to %s, beside a good address: refused, and nobody is reached',
    async (address) => {
      let isReached = false;
      const trap = await startServer((_request, response) => {
        isReached = true;
        response.end();
      });
      const lookup = nameServer('203.0.113.7', address);
      const { send, close } = createSend({ allowLoopback: false, lookup });
      afterAll(close);
      const target = `http://rebind.example:${trap.port}/`;
      const request = get(target, { mayAuthorize: false });
      const error = await expectError(() => send(request), 'REDIRECT_REFUSED');
      expect(error.message).toContain(`rebind.example (${address})`);
      expect(isReached).toBe(false);
    },
  );

  it('https to http, and round in circles', async () => {
    const registry = new URL('https://registry.example/');
    for (const [location, reason] of [
      ['http://registry.example/', 'DOWNGRADE'],
      ['https://registry.example/', 'LOOP'],
    ] as const) {
      const { send, requests } = scriptedSend({ status: 301, headers: { location } });
      const follow = followRedirects(send, { registry });
      const error = await expectError(() => follow(get(registry)), 'REDIRECT_REFUSED');
      expect(error.details['reason']).toBe(reason);
      expect(requests.length).toBeLessThanOrEqual(6);
    }
  });
});
