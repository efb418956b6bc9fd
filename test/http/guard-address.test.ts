import { isIP, type LookupFunction } from 'node:net';
import { describe, expect, it } from 'vitest';
import { followRedirects } from '../../src/http/follow-redirects.ts';
import { checkHost, guardLookup, isLoopbackHost } from '../../src/http/guard-address.ts';
import { expectError } from '../support/expect-error.ts';
import { get, makeSend, textOf } from './make-send.ts';
import { nameServer } from './name-server.ts';
import { startServer } from './start-server.ts';

const REFUSED = [
  '169.254.169.254',
  '169.254.0.1',
  '0.0.0.0',
  '100.100.100.200',
  '168.63.129.16',
  '::',
  'fe80::1',
  'febf::1',
  'fe80::1%eth0',
  'fd00:ec2::254',
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  '64:ff9b::169.254.169.254',
  '64:ff9b::a9fe:a9fe',
  '::ffff:0.0.0.0',
];
const LOOPBACK = ['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1', '64:ff9b::7f00:1'];
const ALLOWED = ['10.0.0.1', '192.168.1.1', '172.16.0.1', '8.8.8.8', 'fd00::1', '2001:db8::1'];

describe('hosts as they are written', () => {
  it.each(REFUSED)('%s is refused, loopback or not', async (address) => {
    for (const allowLoopback of [false, true]) {
      const host = address.includes(':') ? `[${address}]` : address;
      const error = await expectError(() => {
        checkHost(host, allowLoopback);
      }, 'REDIRECT_REFUSED');
      expect(error.details).toMatchObject({ reason: 'ADDRESS', address });
    }
  });

  it.each([...LOOPBACK, 'localhost', 'LOCALHOST', 'localhost.', 'a.localhost'])(
    '%s is for a registry on this machine',
    async (host) => {
      await expectError(() => {
        checkHost(host, false);
      }, 'REDIRECT_REFUSED');
      checkHost(host, true);
      expect(isLoopbackHost(host)).toBe(true);
    },
  );

  it.each([...ALLOWED, 'registry.example', 'localhost.example', 'notlocalhost'])(
    '%s is allowed',
    (host) => {
      checkHost(host, false);
      expect(isLoopbackHost(host)).toBe(false);
    },
  );

  it.each(['http://2852039166/', 'http://0xa9.254.43518/', 'http://169.254.169.254./'])(
    '%s is the same address',
    async (url) => {
      const { hostname } = new URL(url);
      await expectError(() => {
        checkHost(hostname, true);
      }, 'REDIRECT_REFUSED');
    },
  );

  it("refuses the metadata service's name, which a proxy would resolve", async () => {
    await expectError(() => {
      checkHost('Metadata.Google.Internal.', true);
    }, 'REDIRECT_REFUSED');
  });
});

async function resolve(lookup: LookupFunction, all: boolean): Promise<unknown> {
  return new Promise((done, fail) => {
    lookup('registry.example', { all }, (error, address, family) => {
      if (error) fail(error);
      else done(all ? address : [address, family]);
    });
  });
}

describe('names, once they are resolved', () => {
  it.each(REFUSED)('%s is refused, also beside a good address', async (address) => {
    for (const all of [true, false]) {
      const lookup = guardLookup(nameServer('8.8.8.8', address), true);
      const error = await expectError(() => resolve(lookup, all), 'REDIRECT_REFUSED');
      expect(error.message).toContain(`registry.example (${address})`);
    }
  });

  it.each(LOOPBACK)('%s only where loopback is allowed', async (address) => {
    const answer = resolve(guardLookup(nameServer(address), true), true);
    expect(await answer).toEqual([{ address, family: isIP(address) }]);
    const guarded = guardLookup(nameServer(address), false);
    await expectError(() => resolve(guarded, true), 'REDIRECT_REFUSED');
  });

  it('answers as the socket asked: all addresses, or one with its family', async () => {
    const lookup = guardLookup(nameServer('10.0.0.1', '2001:db8::1'), false);
    expect(await resolve(lookup, true)).toHaveLength(2);
    expect(await resolve(lookup, false)).toEqual(['10.0.0.1', 4]);
  });

  it('hands on what the name server failed with', async () => {
    const failure = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
    const lookup = guardLookup((_hostname, _options, callback) => {
      callback(failure, '');
    }, true);
    await expect(resolve(lookup, true)).rejects.toBe(failure);
  });
});

describe('the transport', () => {
  it('reaches loopback only where it is allowed, by address and by name', async () => {
    const url = await startServer((_request, response) => response.end('here'));
    const named = new URL(`http://localhost:${url.port}/`);
    expect(await textOf(await makeSend()(get(named)))).toBe('here');
    for (const target of [url, named])
      await expectError(() => makeSend({ allowLoopback: false })(get(target)), 'REDIRECT_REFUSED');
  });

  it('reaches the registry that the user named also where its name is of this machine', async () => {
    const here = await startServer((_request, response) => response.end('here'));
    const registry = new URL(`http://registry.example:${here.port}/`);
    const send = makeSend({ allowLoopback: false, lookup: nameServer('127.0.0.1') });
    expect(await textOf(await send(get(registry)))).toBe('here');
    const elsewhere = get(registry, { mayAuthorize: false });
    await expectError(() => send(elsewhere), 'REDIRECT_REFUSED');
    const linkLocal = makeSend({ allowLoopback: true, lookup: nameServer('169.254.169.254') });
    await expectError(() => linkLocal(get(registry)), 'REDIRECT_REFUSED');
  });

  it('sends nobody from there to another host or port of this machine', async () => {
    const trap = await startServer((_request, response) => response.end('reached'));
    for (const host of ['cdn.example', 'registry.example']) {
      const here = await startServer((_request, response) => {
        response.writeHead(307, { Location: `http://${host}:${trap.port}/` }).end();
      });
      const registry = new URL(`http://registry.example:${here.port}/`);
      const send = makeSend({ allowLoopback: false, lookup: nameServer('127.0.0.1') });
      await expectError(
        () => followRedirects(send, { registry })(get(registry)),
        'REDIRECT_REFUSED',
      );
    }
  });
});
