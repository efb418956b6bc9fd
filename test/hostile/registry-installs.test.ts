import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/errors/catalogue.ts';
import type { Digest } from '../../src/reference/digest.ts';
import { listTree } from '../support/list-tree.ts';
import { kongcrate } from '../support/must-succeed.ts';
import { pluginFiles } from '../support/published.ts';
import { runKongcrate } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { RepositoryContent, type Reply } from '../support/test-registry-content.ts';
import { startTestRegistry, type TestRegistry } from '../support/test-registry.ts';

// ATTACKS R1, R2, S10, S11 through the command line, on a node where 1.1.0 is live.

const NAME = 'my-plugin';
const directory = temporaryDirectory();
const at = (name: string): string => join(directory, name);
const trust = ['--key', at('cosign.pub')];
const root = ['--lua-root', at('lua')];
let registry: TestRegistry;
const good = new RepositoryContent();
let repository: string;
let digests: Record<'1.0.0' | '1.1.0' | '1.2.0' | 'foreign', Digest>;
let live: readonly string[];
let isLying = false;

async function publish(version: string, { tag = version, key = 'cosign' } = {}): Promise<Digest> {
  const source = at(`source-${tag}`);
  for (const { path, bytes } of pluginFiles(NAME, version)) {
    mkdirSync(join(source, path, '..'), { recursive: true });
    writeFileSync(join(source, path), `${bytes.toString()}-- ${tag}\n`);
  }
  const args = ['publish', source, `${repository}:${tag}`, '--key', at(`${key}.key`)];
  return (await kongcrate(args)).split('@')[1] as Digest;
}

beforeAll(async () => {
  registry = await startTestRegistry();
  repository = `${registry.host}/acme/${NAME}`;
  for (const key of ['cosign', 'other'])
    await kongcrate(['generate-key-pair', '--output-key-prefix', at(key)]);
  digests = {
    '1.0.0': await publish('1.0.0'),
    '1.1.0': await publish('1.1.0'),
    '1.2.0': await publish('1.2.0'),
    foreign: await publish('1.2.0', { tag: 'foreign', key: 'other' }),
  };
  await kongcrate(['install', `${repository}:1.1.0`, ...trust, ...root]);
  live = listTree(at('lua'));
  const change = (reply: Reply): Reply => {
    const headers = { ...reply.headers, 'docker-content-digest': digests['1.2.0'] };
    return isLying ? { ...reply, headers } : reply;
  };
  registry.next('GET', /manifests\/(?!stable)/, { change }, Infinity);
  copyContent(content(), good);
});

/** What the registry holds; each test begins with what was published. */
const content = (): RepositoryContent => registry.repository(`acme/${NAME}`);

beforeEach(() => {
  isLying = false;
  copyContent(good, content());
});

function copyContent(from: RepositoryContent, to: RepositoryContent): void {
  refill(to.blobs, from.blobs);
  refill(to.manifests, from.manifests);
  refill(to.tags, from.tags);
}

function refill<Value>(map: Map<string, Value>, from: ReadonlyMap<string, Value>): void {
  map.clear();
  for (const [name, value] of from) map.set(name, value);
}

const manifestBytes = (digest: Digest): Buffer =>
  good.manifests.get(digest)?.bytes ?? Buffer.alloc(0);

function layerOf(digest: Digest): { readonly digest: Digest; readonly bytes: Buffer } {
  const { layers } = JSON.parse(manifestBytes(digest).toString()) as {
    layers: { digest: Digest }[];
  };
  const layer = layers[0]?.digest ?? digest;
  return { digest: layer, bytes: good.blobs.get(layer) ?? Buffer.alloc(0) };
}

function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy[copy.length >> 1] = (copy[copy.length >> 1] ?? 0) ^ 1;
  return copy;
}

type Attack = () => void;

function changeLayer(change: (bytes: Buffer) => Buffer): Attack {
  return () => {
    const { digest, bytes } = layerOf(digests['1.2.0']);
    content().blobs.set(digest, change(bytes));
  };
}

function changeManifest(change: (bytes: Buffer) => Buffer): Attack {
  return () => {
    const manifest = good.manifests.get(digests['1.2.0']);
    if (manifest === undefined) throw new Error('1.2.0 was not published');
    content().manifests.set(digests['1.2.0'], { ...manifest, bytes: change(manifest.bytes) });
  };
}

function moveTag(tag: string, to: keyof typeof digests): Attack {
  return () => content().tags.set(tag, digests[to]);
}

/** From now on every manifest is served with the digest of 1.2.0 in its header. */
function lying(attack: Attack): Attack {
  return () => {
    attack();
    isLying = true;
  };
}

const tag = (): string => `${repository}:1.2.0`;
const stable = (): string => `${repository}:stable`;
const pinned = (): string => `${repository}@${digests['1.2.0']}`;
const other = (): Buffer => manifestBytes(digests.foreign);

describe('S10: an upgrade from a hostile registry is refused, and the node stays as it was', () => {
  it.each<[what: string, exit: number, code: ErrorCode, reference: () => string, attack: Attack]>([
    ['a layer of other bytes', 7, 'DIGEST_MISMATCH', tag, changeLayer(flipped)],
    ['a shorter layer', 7, 'SIZE_MISMATCH', tag, changeLayer((bytes) => bytes.subarray(1))],
    [
      'a longer layer',
      7,
      'SIZE_MISMATCH',
      tag,
      changeLayer((bytes) => Buffer.concat([bytes, Buffer.from('x')])),
    ],
    ['a manifest of other bytes', 7, 'DIGEST_MISMATCH', pinned, changeManifest(flipped)],
    [
      'another manifest under the digest, and a lying Docker-Content-Digest',
      7,
      'DIGEST_MISMATCH',
      pinned,
      lying(changeManifest(other)),
    ],
    [
      "another signer's artifact under the tag, and a lying Docker-Content-Digest",
      12,
      'SIGNATURE_MISMATCH',
      tag,
      lying(moveTag('1.2.0', 'foreign')),
    ],
    [
      'an older version, rightly signed, under the new tag',
      12,
      'IDENTITY_MISMATCH',
      tag,
      moveTag('1.2.0', '1.0.0'),
    ],
    [
      'an older version, rightly signed, under a tag that is no version',
      18,
      'DOWNGRADE',
      stable,
      moveTag('stable', '1.0.0'),
    ],
  ])('%s: %i', async (_what, exit, code, reference, attack) => {
    attack();
    const args = ['install', reference(), ...trust, ...root, '--json'];
    const { status, stdout, stderr } = await runKongcrate(args);
    expect({ status, stdout }, stderr).toEqual({ status: exit, stdout: '' });
    const { error } = JSON.parse(stderr) as { error: { code: string } };
    expect(error.code).toBe(code);
    expect(listTree(at('lua'))).toEqual(live);
  });
});

describe('S11: a tag that moves while it is installed', () => {
  it('is read once, and what it named then is what is installed', async () => {
    content().tags.set('stable', digests['1.1.0']);
    registry.next('GET', /manifests\/stable/, {
      after: () => content().tags.set('stable', digests['1.2.0']),
    });
    const before = registry.log.length;
    const fresh = ['--lua-root', at('lua-moved')];
    const args = ['install', `${repository}:stable`, ...trust, ...fresh, '--json'];
    const { plugins } = JSON.parse(await kongcrate(args)) as { plugins: { digest: string }[] };
    expect(plugins.map(({ digest }) => digest)).toEqual([digests['1.1.0']]);
    const tagReads = registry.log.slice(before).filter(({ path }) => path.endsWith('/stable'));
    expect(tagReads).toHaveLength(1);
    expect(content().tags.get('stable'), 'it did move').toBe(digests['1.2.0']);
  });
});

it('without an attack the very same upgrade is installed', async () => {
  expect(await kongcrate(['install', pinned(), ...trust, ...root])).toMatch(/^upgraded|^installed/);
});
