import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { login, type ForeignRealm } from '../../src/workflows/login.ts';
import { logout } from '../../src/workflows/logout.ts';
import { htpasswdAuth, startAuthRegistry } from '../support/auth-registry.ts';
import { startDockerRegistry } from '../support/docker-registry.ts';
import { expectError } from '../support/expect-error.ts';
import { describeWithPeers } from '../support/peers.ts';
import { startTokenServer, TOKEN_PASSWORD, TOKEN_USER } from '../support/token-server.ts';
import { auth, makeHome } from './credentials-support.ts';

const ALICE = { username: TOKEN_USER, password: TOKEN_PASSWORD };
const DOCKER = '.docker/config.json';

describeWithPeers(['docker-registry', 'htpasswd'], 'login', () => {
  it('stores what the registry accepts, and nothing that it refuses', async () => {
    const host = await startAuthRegistry(await htpasswdAuth('bob', 'right'));
    const home = makeHome();
    const file = join(home.home, DOCKER);
    const wrong = { ...home, host, username: 'bob', password: 'wrong' };
    await expectError(() => login(wrong), 'AUTHENTICATION_FAILED');
    expect(existsSync(file)).toBe(false);
    expect(await login({ ...wrong, host: `http://${host}/`, password: 'right' })).toEqual({
      host,
      username: 'bob',
      storedIn: file,
      checked: true,
      trustedAuthHosts: [],
    });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      auths: { [host]: auth('bob', 'right') },
    });
    expect(await logout(host, home)).toEqual({ host, removedFrom: [file] });
  });

  it('says that nothing was checked where no login is wanted', async () => {
    const { host } = await startDockerRegistry();
    expect((await login({ ...makeHome(), ...ALICE, host })).checked).toBe(false);
  });
});

describeWithPeers(['docker-registry'], 'login with a token server on another host', () => {
  it('asks, sends nothing to it before the answer, and remembers a yes', async () => {
    const server = await startTokenServer();
    const realm = server.realm.replace('127.0.0.1', 'localhost');
    const host = await startAuthRegistry(server.withRealm(realm));
    const authHost = new URL(realm).host;
    const home = makeHome();
    const refused = await expectError(() => login({ ...home, ...ALICE, host }), 'REALM_REFUSED');
    expect(refused.remedy).toContain(`--trust-auth-host ${authHost}`);
    const asked: ForeignRealm[] = [];
    const confirmWith = (answer: boolean) => (foreign: ForeignRealm) => {
      asked.push(foreign);
      return Promise.resolve(answer);
    };
    const options = { ...home, ...ALICE, host };
    await expectError(
      () => login({ ...options, confirmRealm: confirmWith(false) }),
      'REALM_REFUSED',
    );
    expect(server.seen).toEqual([]);
    expect(existsSync(join(home.home, DOCKER))).toBe(false);
    const done = await login({ ...options, confirmRealm: confirmWith(true) });
    expect(done.trustedAuthHosts).toEqual([authHost]);
    expect(asked).toEqual([
      { registry: host, authHost },
      { registry: host, authHost },
    ]);
    expect((await login(options)).checked).toBe(true);
    expect(readFileSync(join(home.home, DOCKER), 'utf8')).not.toContain('localhost');
  });

  it('takes the host that a flag names, and remembers it for this registry', async () => {
    const server = await startTokenServer();
    const realm = server.realm.replace('127.0.0.1', 'localhost');
    const host = await startAuthRegistry(server.withRealm(realm));
    const home = makeHome();
    const options = { ...home, ...ALICE, host };
    const trustedAuthHosts = [new URL(realm).host];
    expect(await login({ ...options, trustedAuthHosts })).toMatchObject({ trustedAuthHosts });
    await login(options);
    const wrong = { ...options, ...makeHome(), trustedAuthHosts, password: 'wrong' };
    await expectError(() => login(wrong), 'AUTHENTICATION_FAILED');
    await expectError(() => login({ ...wrong, trustedAuthHosts: [] }), 'REALM_REFUSED');
  });
});

describe('login and logout', () => {
  it.each(['', 'no-host', 'host.example/repo', 'a b.example', 'user@host.example', 'oci-layout:x'])(
    'refuse %j as a host',
    async (host) => {
      const home = makeHome();
      await expectError(() => login({ ...home, ...ALICE, host }), 'USAGE');
      await expectError(() => logout(host, home), 'USAGE');
    },
  );

  it('refuses names and passwords that Basic cannot carry', async () => {
    const options = { ...makeHome(), host: 'h.example' };
    await expectError(() => login({ ...options, username: 'a:b', password: 'c' }), 'USAGE');
    await expectError(() => login({ ...options, username: '', password: 'c' }), 'USAGE');
    await expectError(() => login({ ...options, username: 'a', password: '' }), 'USAGE');
  });

  it.each([
    [401, 'AUTHENTICATION_FAILED'],
    [404, 'REGISTRY_ERROR'],
  ] as const)('takes a plain %i for no registry, and stores nothing', async (status, code) => {
    const server = createServer((_request, response) => response.writeHead(status).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const home = makeHome();
    await expectError(() => login({ ...home, ...ALICE, host }), code);
    expect(existsSync(join(home.home, DOCKER))).toBe(false);
    server.close();
  });

  it("tells of a login that stays in podman's file", async () => {
    const home = makeHome();
    const podman = home.write('.config/containers/auth.json', {
      auths: { 'h.example': auth('a', 'b') },
    });
    expect(await logout('h.example', home)).toEqual({
      host: 'h.example',
      removedFrom: [],
      remainsIn: podman,
    });
  });
});
