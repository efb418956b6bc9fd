import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PrivateKey } from '../../src/signing/private-key.ts';
import type { PublicKey } from '../../src/signing/public-key.ts';
import { createKeySigner } from '../../src/signing/signer.ts';
import { inspectArtifact } from '../../src/workflows/inspect-artifact.ts';
import { installPlugins } from '../../src/workflows/install-plugins.ts';
import type { RegistryAccess } from '../../src/workflows/open-repository.ts';
import { publishPlugin, type PublishedPlugin } from '../../src/workflows/publish-plugin.ts';
import { pullArtifact } from '../../src/workflows/pull-artifact.ts';
import { verifyArtifact } from '../../src/workflows/verify-artifact.ts';
import { makeKey } from '../signing/support.ts';
import { startDockerRegistry } from '../support/docker-registry.ts';
import { describeWithPeers } from '../support/peers.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { readDockerLog } from '../support/read-docker-log.ts';
import { startTestRegistry } from '../support/test-registry.ts';
import { EXPECTED_REQUESTS, REQUEST_LIMITS } from './expected-requests.ts';
import { registry, writeSource } from './plugin-source.ts';
import { kindOf } from './request-kinds.ts';

let key: PrivateKey;

/** What is done to a registry, in this order, and what installs and pulls write. */
interface Scene {
  readonly tag: string;
  readonly digest: string;
  readonly next: string;
  readonly directory: string;
  /** The two versions of the source. */
  readonly sources: readonly [string, string];
}

const publish = (source: string, reference: string): Promise<PublishedPlugin> =>
  publishPlugin(source, reference, { signer: createKeySigner(key), registry });
const trust = (): { keys: readonly PublicKey[]; registry: RegistryAccess } => ({
  keys: [key.publicKey],
  registry,
});
const install = (reference: string, luaRoot: string): Promise<unknown> =>
  installPlugins([reference], { ...trust(), root: { luaRoot } });

type Command = readonly [string, (scene: Scene) => Promise<unknown>];

const COMMANDS: readonly Command[] = [
  ['publish', ({ sources, tag }) => publish(sources[0], tag)],
  ['publish unchanged', ({ sources, tag }) => publish(sources[0], tag)],
  ['publish second version', ({ sources, next }) => publish(sources[1], next)],
  ['verify', ({ tag }) => verifyArtifact(tag, trust())],
  ['install by digest', ({ digest, directory }) => install(digest, join(directory, 'a'))],
  ['install by digest again', ({ digest, directory }) => install(digest, join(directory, 'a'))],
  ['install by tag', ({ tag, directory }) => install(tag, join(directory, 'b'))],
  ['install by tag again', ({ tag, directory }) => install(tag, join(directory, 'b'))],
  [
    'pull',
    ({ tag, directory }) => pullArtifact(tag, { ...trust(), output: join(directory, 'pulled') }),
  ],
  ['inspect', ({ tag }) => inspectArtifact(tag, { registry })],
];

/** Runs every command against a registry, and gives what each one sent. */
async function runAll(
  host: string,
  readLog: () => Promise<readonly string[]>,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const sources = [writeSource('1.0.0'), writeSource('1.1.0')] as const;
  const repository = `${host}/acme/my-plugin`;
  const tags = { tag: `${repository}:1.0.0`, next: `${repository}:1.1.0` };
  let scene: Scene = { ...tags, digest: '', directory: temporaryDirectory(), sources };
  const sent: Record<string, readonly string[]> = {};
  let before = 0;
  for (const [name, command] of COMMANDS) {
    const result = await command(scene);
    const log = await readLog();
    sent[name] = inOrder(name, log.slice(before));
    before = log.length;
    if (name === 'publish') scene = { ...scene, digest: (result as PublishedPlugin).reference };
  }
  return sent;
}

/** Installs and publications send several at once; a publication ends with the tag all the same. */
const inOrder = (name: string, requests: readonly string[]): readonly string[] => {
  if (name.startsWith('install')) return requests.toSorted();
  if (!name.startsWith('publish')) return requests;
  return [...requests.slice(0, -1).toSorted(), ...requests.slice(-1)];
};

const expected = (at: 0 | 1): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    Object.entries(EXPECTED_REQUESTS).map(([name, lists]) => [name, inOrder(name, lists[at])]),
  );

beforeAll(async () => {
  key = await makeKey();
});

describe('what a command sends', () => {
  it.each([
    ['with the fallback tag', { referrersApi: false }, 0],
    ['with the referrers API', {}, 1],
  ] as const)('to a registry %s', async (_what, behaviour, at) => {
    const { host, log } = await startTestRegistry(behaviour);
    expect(await runAll(host, () => Promise.resolve(log.map(kindOf)))).toEqual(expected(at));
  });

  it('is within the budgets', () => {
    for (const [name, limits] of Object.entries(REQUEST_LIMITS))
      for (const at of [0, 1] as const)
        expect(EXPECTED_REQUESTS[name]?.[at].length, name).toBeLessThanOrEqual(limits[at]);
  });
});

describe('an install by digest of what is signed in one format', () => {
  it.each([
    ['bundle', { referrersApi: false }, 6],
    ['bundle', {}, 5],
    ['legacy', { referrersApi: false }, 6],
    ['legacy', {}, 6],
  ] as const)('%s, by another key too, %o: %i requests', async (format, behaviour, requests) => {
    const { host, log } = await startTestRegistry(behaviour);
    const source = writeSource('1.0.0');
    const reference = `${host}/acme/my-plugin:1.0.0`;
    const sign = (signer: PrivateKey): Promise<PublishedPlugin> =>
      publishPlugin(source, reference, { signer: createKeySigner(signer), registry, format });
    const published = await sign(key);
    await sign(await makeKey());
    const before = log.length;
    await install(published.reference, join(temporaryDirectory(), 'lua'));
    expect(log.slice(before).map(kindOf)).toHaveLength(requests);
  });
});

describeWithPeers(['docker-registry'], 'what a command sends to docker-registry', () => {
  it('is the same', async () => {
    const docker = await startDockerRegistry();
    // It logs no request to a path that it does not know.
    const logged = Object.entries(expected(0)).map(([name, requests]) => [
      name,
      requests.filter((request) => request !== 'GET referrers'),
    ]);
    const sent = await runAll(docker.host, async () => (await readDockerLog(docker)).map(kindOf));
    expect(sent).toEqual(Object.fromEntries(logged));
  });
});
