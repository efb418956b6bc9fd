import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Credentials } from '../../../src/registry/credentials/credentials.ts';
import type { PrivateKey } from '../../../src/signing/private-key.ts';
import { createKeySigner } from '../../../src/signing/signer.ts';
import type { RegistryAccess } from '../../../src/workflows/open-repository.ts';
import { publishPlugin } from '../../../src/workflows/publish-plugin.ts';
import { verifyArtifact } from '../../../src/workflows/verify-artifact.ts';
import { TestAuthority } from '../../http/test-authority.ts';
import { auth } from '../../registry/credentials-support.ts';
import { writeSource } from '../../registry/plugin-source.ts';
import { makeKey } from '../../signing/support.ts';
import { runKongcrate } from '../../support/run.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { failure, type Exchange, type Reply } from '../../support/test-registry-content.ts';
import {
  startTestRegistry,
  type TestRegistry,
  type TestRegistryOptions,
} from '../../support/test-registry.ts';
import { CACHE, fill, mirrorsOf, PATH, registry } from './support.ts';

const files = writeSource('1.0.0');

let key: PrivateKey;

beforeAll(async () => {
  key = await makeKey();
});

interface Scene {
  readonly source: TestRegistry;
  readonly mirror: TestRegistry;
  readonly reference: string;
}

/** A plugin in a registry, and the same in a mirror. */
async function start(
  access: RegistryAccess,
  [ofSource, ofMirror]: readonly [TestRegistryOptions, TestRegistryOptions],
): Promise<Scene> {
  const [source, mirror] = [await startTestRegistry(ofSource), await startTestRegistry(ofMirror)];
  const reference = `${source.host}/${PATH}:1.0.0`;
  await publishPlugin(files, reference, { signer: createKeySigner(key), registry: access });
  fill(source.repository(PATH), mirror.repository(CACHE), () => true);
  return { source, mirror, reference };
}

/** Verifies through the mirror, and gives what was noted. */
async function verify(
  { source, mirror, reference }: Scene,
  access: RegistryAccess,
  plainHttp?: boolean,
): Promise<string> {
  const change = plainHttp === undefined ? {} : { plainHttp };
  const { lists, notes, ...told } = mirrorsOf(source, []);
  const [rule] = lists[0] ?? [];
  const places = [{ location: `${mirror.host}/cache`, reads: 'all', ...change }] as const;
  const mirrors = { ...told, lists: [rule ? [{ ...rule, mirrors: places }] : []] };
  await verifyArtifact(reference, { keys: [key.publicKey], registry: access, mirrors });
  return notes.join('\n');
}

describe('the TLS of a mirror', () => {
  const authority = new TestAuthority();
  const tls = authority.issue('registry', 'IP:127.0.0.1');
  const { cert, key: clientKey } = authority.issue('client', 'DNS:client');

  it('is checked, also where that of the registry is not to be', async () => {
    const access = { ...registry, insecure: true };
    const scene = await start(access, [{ tls }, { tls }]);
    expect(await verify(scene, access, false)).toMatch(/is not asked any more: .* certificate/);
    expect(scene.mirror.log).toEqual([]);
    const trusting = { ...access, caCertificates: [authority.certificate] };
    await verify(scene, trusting, false);
    expect(scene.mirror.log).not.toEqual([]);
  });

  it('gets no certificate that is for the registry', async () => {
    const access = {
      ...registry,
      caCertificates: [authority.certificate],
      clientCertificate: { certificate: cert, key: clientKey },
    };
    const closed = { tls: { ...tls, ca: authority.certificate } };
    const scene = await start(access, [closed, closed]);
    expect(await verify(scene, access, false)).toContain('is not asked any more');
    expect(scene.mirror.log).toEqual([]);
  });

  it('is not needed where the mirror is said to have none', async () => {
    const access = { ...registry, plainHttp: false, caCertificates: [authority.certificate] };
    const scene = await start(access, [{ tls }, {}]);
    const before = scene.source.log.length;
    await verify(scene, access, true);
    expect(scene.source.log.length).toBe(before);
  });
});

describe('the login of a mirror', () => {
  const login = (username: string): Credentials => ({
    ...{ kind: 'basic', username, password: `secret of ${username}`, source: 'the test' },
  });
  const headerOf = (username: string): string =>
    `Basic ${auth(username, `secret of ${username}`).auth}`;
  const onlyFor =
    (username: string) =>
    ({ headers }: Exchange): Reply | undefined => {
      if (headers.authorization === headerOf(username)) return undefined;
      const denied = failure(401, 'UNAUTHORIZED');
      return {
        ...denied,
        headers: { ...denied.headers, 'www-authenticate': 'Basic realm="tests"' },
      };
    };
  const sentTo = ({ log }: TestRegistry): Set<string | undefined> =>
    new Set(log.map(({ headers }) => headers.authorization));

  it('is its own, and each gets no other', async () => {
    let source = '';
    const access: RegistryAccess = {
      ...registry,
      credentials: (host) => Promise.resolve(login(host === source ? 'alice' : 'bob')),
    };
    const closed = [{ authorize: onlyFor('bob') }, { authorize: onlyFor('alice') }] as const;
    const publishing = { ...registry, credentials: () => Promise.resolve(login('bob')) };
    const scene = await start(publishing, closed);
    source = scene.mirror.host;
    await verify(scene, access);
    expect(sentTo(scene.mirror)).toEqual(new Set([undefined, headerOf('alice')]));
    expect(sentTo(scene.source)).toEqual(new Set([undefined, headerOf('bob')]));
  });

  it('does not go where --trust-auth-host lets that of the registry go', async () => {
    const tokens = await startTestRegistry();
    const realm = tokens.host.replace('127.0.0.1', 'localhost');
    const denied = failure(401, 'UNAUTHORIZED');
    const challenge = { 'www-authenticate': `Bearer realm="http://${realm}/token",service="x"` };
    const authorize = (): Reply => ({ ...denied, headers: { ...denied.headers, ...challenge } });
    const { source, mirror, reference } = await start(registry, [{}, { authorize }]);
    const home = temporaryDirectory();
    const at = (name: string): string => join(home, name);
    const write = (name: string, text: string): void => {
      mkdirSync(dirname(at(name)), { recursive: true });
      writeFileSync(at(name), text, { mode: 0o600 });
    };
    write('cosign.pub', key.publicKey.pem);
    write(
      '.docker/config.json',
      JSON.stringify({ auths: { [mirror.host]: auth('bob', 'secret') } }),
    );
    write(
      '.config/containers/registries.conf',
      `[[registry]]\nlocation = "${source.host}"\n[[registry.mirror]]\nlocation = "${mirror.host}"\n`,
    );
    const args = ['verify', reference, '--key', at('cosign.pub'), '--trust-auth-host', realm];
    const { status, stderr } = await runKongcrate(args, { env: { HOME: home } });
    expect([status, stderr]).toEqual([5, expect.stringContaining(realm)]);
    expect(tokens.log).toEqual([]);
  });
});
