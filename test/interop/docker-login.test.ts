import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { readCredentials } from '../../src/registry/credentials/read-credentials.ts';
import { createRegistryStore } from '../../src/registry/registry-store.ts';
import { htpasswdAuth, startAuthRegistry } from '../support/auth-registry.ts';
import { describeWithPeers, peer, type PeerName } from '../support/peers.ts';
import { run, runKongcrate, type RunResult } from '../support/run.ts';
import { makeArtifact, pushArtifact } from '../support/small-artifact.ts';
import { startTokenServer, TOKEN_PASSWORD, TOKEN_USER } from '../support/token-server.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const ARTIFACT = makeArtifact('layer');
const PASSWORD = 'p:ä "ss';
const PODMAN = '.config/containers/auth.json';
const DOCKER = '.docker/config.json';

/** How each program logs in; docker's client does so without an engine. */
const LOGINS: readonly [program: PeerName, args: readonly string[], file: string][] = [
  ['docker', ['login'], DOCKER],
  ['crane', ['auth', 'login'], DOCKER],
  ['oras', ['login', '--plain-http'], DOCKER],
  ['skopeo', ['login', '--tls-verify=false'], PODMAN],
];
/** A call of each, before the host, that the registry answers to a known user only. */
const QUESTIONS: readonly [program: PeerName, args: readonly string[], after: string][] = [
  ['docker', ['manifest', 'inspect', '--insecure'], '/acme/plugin:1'],
  ['crane', ['manifest'], '/acme/plugin:1'],
  ['oras', ['manifest', 'fetch', '--plain-http'], '/acme/plugin:1'],
  ['skopeo', ['login', '--get-login'], ''],
];
const PEERS: readonly PeerName[] = ['docker-registry', 'htpasswd', ...LOGINS.map(([name]) => name)];

/** The programs share one home; REGISTRY_AUTH_FILE is where podman's kind writes without a session. */
function environmentOf(home: string): Record<string, string> {
  return { HOME: home, DOCKER_HOST: 'unix:///nowhere' };
}

function ask(program: PeerName, args: readonly string[], home: string): Promise<RunResult> {
  return run(peer(program), args, { env: environmentOf(home) });
}

async function login(home: string, host: string): Promise<RunResult> {
  const args = ['login', host, '-u', 'bob', '--password-stdin'];
  return runKongcrate(args, { env: environmentOf(home), input: `${PASSWORD}\n` });
}

/** Puts an artifact at `acme/plugin:1`. */
async function publish(host: string, login: { username: string; password: string }): Promise<void> {
  const given = { host, ...login };
  const credentials = readCredentials({ home: '/nowhere', environment: {}, given });
  const store = createRegistryStore({ host, repository: 'acme/plugin', credentials });
  await pushArtifact(store, ARTIFACT);
  await store.tag(ARTIFACT.manifest, '1');
  store.close();
}

describeWithPeers(PEERS, 'logins of other programs', () => {
  let host = '';
  beforeAll(async () => {
    host = await startAuthRegistry(await htpasswdAuth('bob', PASSWORD));
    await publish(host, { username: 'bob', password: PASSWORD });
  });

  it.each(LOGINS)('%s %j writes %s, which is read', async (program, args, file) => {
    const home = temporaryDirectory();
    const env = {
      ...environmentOf(home),
      ...(file === PODMAN ? { REGISTRY_AUTH_FILE: join(home, PODMAN) } : {}),
    };
    const written = await run(peer(program), [...args, '-u', 'bob', '--password-stdin', host], {
      env,
      input: PASSWORD,
    });
    expect(written.status, written.stderr).toBe(0);
    const credentials = readCredentials({ home, environment: env });
    expect(await credentials(host, 'acme/plugin')).toEqual({
      kind: 'basic',
      username: 'bob',
      password: PASSWORD,
      source: join(home, file),
    });
    const store = createRegistryStore({ host, repository: 'acme/plugin', credentials });
    await pushArtifact(store, makeArtifact(program));
    store.close();
  });

  it.each(QUESTIONS)('%s %j knows the login that kongcrate wrote', async (program, args, path) => {
    const home = temporaryDirectory();
    const before = await ask(program, [...args, `${host}${path}`], home);
    expect(before.status).not.toBe(0);
    const written = await login(home, host);
    expect(written.status, written.stderr).toBe(0);
    expect(written.stdout).toBe(`logged in to ${host} as bob; stored in ${join(home, DOCKER)}\n`);
    const after = await ask(program, [...args, `${host}${path}`], home);
    expect(after.status, after.stderr).toBe(0);
  });

  it('has the very file that docker login makes', async () => {
    const [docker, ours] = [temporaryDirectory(), temporaryDirectory()];
    const args = ['login', '-u', 'bob', '--password-stdin', host];
    await run(peer('docker'), args, { env: environmentOf(docker), input: `${PASSWORD}\n` });
    await login(ours, host);
    expect(readFileSync(join(ours, DOCKER), 'utf8')).toBe(
      readFileSync(join(docker, DOCKER), 'utf8'),
    );
  });

  it('takes turns with docker: each logs out what the other logged in', async () => {
    const home = temporaryDirectory();
    await login(home, host);
    expect((await ask('docker', ['logout', host], home)).status).toBe(0);
    expect(readFileSync(join(home, DOCKER), 'utf8')).not.toContain(host);
    const args = ['login', '-u', 'bob', '--password-stdin', host];
    await run(peer('docker'), args, { env: environmentOf(home), input: PASSWORD });
    const out = await runKongcrate(['logout', host, '--json'], { env: environmentOf(home) });
    expect(JSON.parse(out.stdout)).toEqual({ host, removedFrom: [join(home, DOCKER)] });
    expect(readFileSync(join(home, DOCKER), 'utf8')).not.toContain(host);
  });

  it('refuses a wrong password as docker does, and stores nothing', async () => {
    const home = temporaryDirectory();
    const args = ['login', host, '-u', 'bob', '--password-stdin'];
    const refused = await runKongcrate(args, { env: environmentOf(home), input: 'wr0ng' });
    expect(refused.status).toBe(5);
    expect(refused.stdout).toBe('');
    expect(refused.stderr).not.toContain('wr0ng');
    expect(() => readFileSync(join(home, DOCKER))).toThrow('ENOENT');
  });

  it('works with a token server, and docker uses the login there', async () => {
    const server = await startTokenServer();
    const guarded = await startAuthRegistry(server.registryAuth);
    await publish(guarded, { username: TOKEN_USER, password: TOKEN_PASSWORD });
    const home = temporaryDirectory();
    const args = ['login', guarded, '-u', TOKEN_USER, '--password-stdin'];
    const input = TOKEN_PASSWORD;
    const ours = await runKongcrate(args, { env: environmentOf(home), input });
    expect(ours.status, ours.stderr).toBe(0);
    const inspect = ['manifest', 'inspect', '--insecure', `${guarded}/acme/plugin:1`];
    const known = await ask('docker', inspect, home);
    expect(known.status, known.stderr).toBe(0);
    expect(server.seen.every(({ user }) => user === TOKEN_USER)).toBe(true);
  });
});
