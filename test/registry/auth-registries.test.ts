import { expect, it } from 'vitest';
import type { Credentials, CredentialSource } from '../../src/registry/credentials/credentials.ts';
import { createRegistryStore } from '../../src/registry/registry-store.ts';
import { htpasswdAuth, startAuthRegistry } from '../support/auth-registry.ts';
import { expectError } from '../support/expect-error.ts';
import { describeWithPeers } from '../support/peers.ts';
import { makeArtifact, pushArtifact } from '../support/small-artifact.ts';
import {
  IDENTITY_TOKEN,
  startTokenServer,
  TOKEN_PASSWORD,
  TOKEN_USER,
} from '../support/token-server.ts';

const ARTIFACT = makeArtifact('layer');
const from = (credentials: Credentials | undefined): CredentialSource => {
  return () => Promise.resolve(credentials);
};
const basic = (username: string, password: string): CredentialSource =>
  from({ kind: 'basic', username, password, source: 'the test' });
const alice = basic(TOKEN_USER, TOKEN_PASSWORD);

describeWithPeers(['docker-registry', 'htpasswd'], 'a registry with basic authentication', () => {
  it('takes the right login and refuses the others', async () => {
    const host = await startAuthRegistry(await htpasswdAuth('bob', 'päss:word'));
    const open = (credentials: CredentialSource) =>
      createRegistryStore({ host, repository: 'acme/plugin', credentials });
    const store = open(basic('bob', 'päss:word'));
    await pushArtifact(store, ARTIFACT);
    await store.tag(ARTIFACT.manifest, '1.0.0');
    const read = open(basic('bob', 'päss:word'));
    expect((await read.resolve('1.0.0')).digest).toBe(ARTIFACT.manifest.digest);
    const wrong = open(basic('bob', 'other'));
    const refused = await expectError(() => wrong.resolve('1.0.0'), 'AUTHENTICATION_FAILED');
    expect(refused.message).toContain('credentials from the test were sent');
    expect(refused.message).not.toContain('other');
    const nobody = open(from(undefined));
    const unknown = await expectError(() => nobody.resolve('1.0.0'), 'AUTHENTICATION_FAILED');
    expect(unknown.message).toContain('no credentials were sent');
    for (const opened of [store, read, wrong, nobody]) opened.close();
  });
});

describeWithPeers(['docker-registry'], 'a registry with a token server', () => {
  it('is asked for one token to push, which reads too, and for another one to pull', async () => {
    const server = await startTokenServer();
    const host = await startAuthRegistry(server.registryAuth);
    const store = createRegistryStore({ host, repository: 'acme/plugin', credentials: alice });
    await pushArtifact(store, ARTIFACT);
    await store.tag(ARTIFACT.manifest, '1.0.0');
    expect((await store.resolve('1.0.0')).digest).toBe(ARTIFACT.manifest.digest);
    const reader = createRegistryStore({ host, repository: 'acme/plugin', credentials: alice });
    await reader.resolve('1.0.0');
    expect(server.seen.map(({ user, scopes }) => [user, ...scopes])).toEqual([
      ['alice', 'repository:acme/plugin:pull,push'],
      ['alice', 'repository:acme/plugin:pull'],
    ]);
    reader.close();
    store.close();
  });

  it('lets anybody pull what is public, and nobody push there without a login', async () => {
    const server = await startTokenServer();
    const host = await startAuthRegistry(server.registryAuth);
    const repository = 'public/plugin';
    const owner = createRegistryStore({ host, repository, credentials: alice });
    await pushArtifact(owner, ARTIFACT);
    const anybody = createRegistryStore({ host, repository });
    expect(await anybody.exists(ARTIFACT.layer)).toBe(true);
    const error = await expectError(
      () => pushArtifact(anybody, makeArtifact('another layer')),
      'AUTHENTICATION_FAILED',
    );
    expect(error.message).toContain(`no access to ${host}/public/plugin`);
    expect(error.message).toContain('no credentials were sent');
    owner.close();
    anybody.close();
  });

  it('exchanges an identity token by POST', async () => {
    const server = await startTokenServer();
    const host = await startAuthRegistry(server.registryAuth);
    const credentials = from({ kind: 'identity-token', token: IDENTITY_TOKEN, source: 'the test' });
    const store = createRegistryStore({ host, repository: 'acme/plugin', credentials });
    await pushArtifact(store, ARTIFACT);
    expect(server.seen.map(({ method, user }) => `${method} ${user ?? '-'}`)).toEqual([
      'POST alice',
    ]);
    store.close();
  });

  it('refuses a token that has expired once more, then the error says so', async () => {
    const server = await startTokenServer();
    const host = await startAuthRegistry(server.registryAuth);
    const store = createRegistryStore({ host, repository: 'acme/plugin', credentials: alice });
    server.expireTokens(true);
    await expectError(() => store.exists(ARTIFACT.layer), 'AUTHENTICATION_FAILED');
    server.expireTokens(false);
    expect(await store.exists(ARTIFACT.layer)).toBe(false);
    expect(server.seen).toHaveLength(2);
    store.close();
  });

  it("hands on the token server's no, without the password", async () => {
    const server = await startTokenServer();
    const host = await startAuthRegistry(server.registryAuth);
    const credentials = basic(TOKEN_USER, 'wr0ng-one');
    const store = createRegistryStore({ host, repository: 'acme/plugin', credentials });
    const error = await expectError(() => store.exists(ARTIFACT.layer), 'AUTHENTICATION_FAILED');
    expect(error.message).toContain('401: wrong user or password');
    expect(error.message).not.toContain('wr0ng-one');
    store.close();
  });
});
