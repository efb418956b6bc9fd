import type { LookupFunction } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { Credentials } from '../../src/registry/credentials/credentials.ts';
import { readCredentials } from '../../src/registry/credentials/read-credentials.ts';
import { expectError } from '../support/expect-error.ts';
import { failure, type Exchange, type Reply } from '../support/test-registry-content.ts';
import { startTestRegistry } from '../support/test-registry.ts';
import { openTestStore } from './store-support.ts';

const challenge = (value: string): Reply => ({
  ...failure(401, 'UNAUTHORIZED'),
  headers: { 'www-authenticate': value },
});

const lookup: LookupFunction = (_name, _options, callback) => {
  callback(null, [{ address: '127.0.0.1', family: 4 }]);
};

describe('a login for a registry', () => {
  it('is looked up as the reference names it, the port of plain HTTP included', async () => {
    const proxy = await startTestRegistry({ authorize: () => challenge('Basic realm="x"') });
    const login = { username: 'alice', password: 'hunter2' };
    const store = openTestStore('registry.example:80', {
      plainHttp: true,
      proxyFor: () => new URL(`http://${proxy.host}`),
      credentials: readCredentials({
        environment: {},
        home: '/nowhere',
        given: { host: 'registry.example:80', ...login },
      }),
    });
    await expectError(() => store.resolve('1.0.0'), 'AUTHENTICATION_FAILED');
    const sent = `Basic ${Buffer.from('alice:hunter2').toString('base64')}`;
    expect(proxy.log.map(({ headers }) => headers.authorization)).toEqual([undefined, sent]);
  });

  it('is taken by a token server under the same local name', async () => {
    let origin = '';
    const authorize = ({ url, headers }: Exchange): Reply | undefined => {
      if (url.pathname === '/token')
        return { status: 200, headers: {}, body: Buffer.from('{"token":"good"}') };
      if (headers.authorization === 'Bearer good') return undefined;
      return challenge(`Bearer realm="${origin}/token",service="tests"`);
    };
    const { host } = await startTestRegistry({ authorize });
    const name = host.replace('127.0.0.1', 'registry.local');
    origin = `http://${name}`;
    const store = openTestStore(name, { plainHttp: true, lookup });
    await expectError(() => store.resolve('1.0.0'), 'NOT_FOUND');
  });

  it('is not in an error, whatever the registry says', async () => {
    const login: Credentials = {
      kind: 'basic',
      username: 'alice',
      password: 'hunter2',
      source: 'the test',
    };
    const { host } = await startTestRegistry({
      authorize: ({ headers: { authorization = '' } }) =>
        authorization === ''
          ? challenge('Basic realm="x"')
          : failure(403, authorization.slice(6), `hunter2 of ${authorization.slice(6)} is refused`),
    });
    const store = openTestStore(host, { credentials: () => Promise.resolve(login) });
    const error = await expectError(() => store.resolve('1.0.0'), 'REGISTRY_ERROR');
    expect(error.message).toContain('403 *** (*** of *** is refused)');
    expect(JSON.stringify(error.details)).not.toContain('hunter2');
    expect(error.details['registryCode']).toBe('***');
  });
});
