import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ContentStore } from '../../../src/content/content-store.ts';
import type { Descriptor } from '../../../src/content/descriptor.ts';
import { parseManifest } from '../../../src/content/manifest.ts';
import { MemoryStore } from '../../../src/content/memory-store.ts';
import { OciLayoutStore } from '../../../src/layout/oci-layout-store.ts';
import { hexOf, referrersTagOf, type Digest } from '../../../src/reference/digest.ts';
import { collectBelongings } from '../../../src/workflows/copy/collect-belongings.ts';
import { copyArtifact } from '../../../src/workflows/copy/copy-artifact.ts';
import { copyArtifacts } from '../../../src/workflows/copy/copy-artifacts.ts';
import { openPinned, openStore, type PinnedArtifact } from '../../../src/workflows/open-store.ts';
import { verifyArtifact } from '../../../src/workflows/verify-artifact.ts';
import { pushManifest } from '../../signing/support.ts';
import { expectError } from '../../support/expect-error.ts';
import { publish, type Published } from '../../support/published.ts';
import { makeArtifact } from '../../support/small-artifact.ts';
import { newPlace, OPTIONS } from './places.ts';
import { makeRichArtifact, type RichArtifact } from './rich-artifact.ts';

const hosts = { registry: '', 'old registry': '' };
let rich: RichArtifact;
let other: Published;
let source: string;

beforeAll(async () => {
  rich = await makeRichArtifact();
  source = `${rich.place}:1.0.0`;
  other = await publish({ name: 'other-plugin' });
});

/** The first layer that a manifest names. */
function layerOf({ directory }: Published, { digest, mediaType }: Descriptor): Digest {
  const file = join(directory, 'blobs/sha256', hexOf(digest));
  const manifest = parseManifest(readFileSync(file), mediaType);
  const layer = manifest.kind === 'manifest' ? manifest.layers[0] : undefined;
  return layer?.digest ?? expect.unreachable('no layer');
}

function manifestNaming(subject: Descriptor, at: number): [Descriptor, Buffer] {
  const [descriptor, bytes] =
    makeArtifact('x', { subject, annotations: { at: String(at) } }).contents[2] ?? [];
  return descriptor && bytes ? [descriptor, bytes] : expect.unreachable('no manifest');
}

/** A store that ends at its nth write, as a process does that is killed. */
function stoppingAt(store: OciLayoutStore, stop: number): ContentStore {
  let writes = 0;
  const step = (): void => {
    if (writes++ >= stop) throw new Error('stopped');
  };
  return new Proxy(store, {
    get: (_, name) => {
      const value: unknown = Reflect.get(store, name);
      if (typeof value !== 'function') return value;
      return async (...args: unknown[]): Promise<unknown> => {
        if (name === 'push' || name === 'tag') step();
        return Reflect.apply(value, store, args) as Promise<unknown>;
      };
    },
  });
}

async function countWrites(artifact: PinnedArtifact): Promise<number> {
  let count = 0;
  const store = new OciLayoutStore(pathOf(newPlace('layout', hosts)));
  const counting = new Proxy(store, {
    get: (_, name) => {
      const value: unknown = Reflect.get(store, name);
      if (typeof value !== 'function') return value;
      if (name === 'push' || name === 'tag') count += 1;
      return value.bind(store) as unknown;
    },
  });
  await copyArtifact(artifact, { store: counting, tag: '1.0.0' }, { limitBytes: 1e6 });
  return count;
}

const pathOf = (place: string): string => place.slice(place.indexOf(':') + 1);

describe('copy refuses, before anything is written', () => {
  it('a tag that points to other bytes, unless it is forced', async () => {
    const end = newPlace('layout', hosts);
    await copyArtifacts([other.reference], end);
    const before = readFileSync(join(pathOf(end), 'index.json'));
    const error = await expectError(() => copyArtifacts([source], end), 'TAG_EXISTS');
    expect(error.details['existing']).toBe(other.subject.descriptor.digest);
    expect(readFileSync(join(pathOf(end), 'index.json'))).toEqual(before);
    await copyArtifacts([source], end, { force: true });
    const keys = rich.keys.map(({ publicKey }) => publicKey);
    await verifyArtifact(`${end}:1.0.0`, { keys });
  });

  it('a source as its own target', async () => {
    for (const end of [rich.place, source])
      await expectError(() => copyArtifacts([source], end), 'USAGE');
    await copyArtifacts([source], `${rich.place}:stable`);
    expect((await openPinned(`${rich.place}:stable`, {}, openStore)).pinned.descriptor.digest).toBe(
      rich.plugin.digest,
    );
  });

  it('two sources that would have one tag; by digest alone both go along', async () => {
    const end = newPlace('archive', hosts);
    await expectError(() => copyArtifacts([source, other.reference], end), 'USAGE');
    expect(existsSync(pathOf(end))).toBe(false);
    const { digest } = other.subject.descriptor;
    await copyArtifacts([source, `oci-layout:${other.directory}@${digest}`], end);
    expect((await openPinned(`${end}@${digest}`, {}, openStore)).pinned.descriptor.digest).toBe(
      digest,
    );
  });

  it('a digest at the target that is not the artifact', async () => {
    const end = `${newPlace('layout', hosts)}@${other.subject.descriptor.digest}`;
    await expectError(() => copyArtifacts([source], end), 'USAGE');
  });

  it('an archive that exists', async () => {
    const end = newPlace('archive', hosts);
    await copyArtifacts([source], end);
    const before = readFileSync(pathOf(end));
    await expectError(() => copyArtifacts([source], end), 'NOT_OURS');
    await expectError(() => copyArtifacts([other.reference], `${end}:x`), 'NOT_OURS');
    expect(readFileSync(pathOf(end))).toEqual(before);
  });

  it('an SBOM that differs, unless it is forced', async () => {
    const end = newPlace('layout', hosts);
    const store = new OciLayoutStore(pathOf(end));
    const { config, layer, contents } = makeArtifact('another sbom');
    for (const [descriptor, bytes] of contents.slice(0, 2)) await store.push(descriptor, bytes);
    const tag = `${referrersTagOf(rich.plugin.digest)}.sbom`;
    const sbom = await pushManifest(store, { config, layers: [layer] });
    await store.tag(sbom, tag);
    await expectError(() => copyArtifacts([source], end), 'TAG_EXISTS');
    await expectError(() => openPinned(`${end}:1.0.0`, {}, openStore), 'NOT_FOUND');
    await copyArtifacts([source], end, { force: true });
    expect((await store.resolve(tag)).digest).not.toBe(sbom.digest);
  });

  it('keys for a registry', async () => {
    const trust = [Buffer.from(rich.keys[0]?.publicKey.pem ?? '')];
    const copy = (): Promise<unknown> =>
      copyArtifacts([source], '127.0.0.1:1/acme/plugin', { ...OPTIONS, trust });
    await expectError(copy, 'USAGE');
  });
});

it('leaves a tag alone that somebody else set while it copied', async () => {
  const faster = makeArtifact('somebody faster');
  const store = new OciLayoutStore(pathOf(newPlace('layout', hosts)));
  const push = store.push.bind(store);
  store.push = async (descriptor, content, options) => {
    if (descriptor.digest === rich.plugin.digest) {
      for (const [one, bytes] of faster.contents) await push(one, bytes);
      await store.tag(faster.manifest, '1.0.0');
    }
    return push(descriptor, content, options);
  };
  const artifact = await openPinned(source, {}, openStore);
  const goal = { store, tag: '1.0.0' };
  await expectError(() => copyArtifact(artifact, goal, { limitBytes: 1e6 }), 'TAG_EXISTS');
  expect((await store.resolve('1.0.0')).digest).toBe(faster.manifest.digest);
  await copyArtifact(artifact, goal, { limitBytes: 1e6, force: true });
  expect((await store.resolve('1.0.0')).digest).toBe(rich.plugin.digest);
});

describe('what is damaged at the source', () => {
  it.each(['layer', 'a signature'])('%s: no archive is left, and no tag set', async (what) => {
    const damaged = await publish({ key: rich.keys[0] ?? expect.unreachable() });
    const [bundle] = await damaged.store.referrers(damaged.subject.descriptor.digest);
    if (!bundle) throw new Error('there is no bundle');
    const digest = layerOf(damaged, what === 'layer' ? damaged.subject.descriptor : bundle);
    const blob = join(damaged.directory, 'blobs/sha256', hexOf(digest));
    const bytes = readFileSync(blob);
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 2) ^ 1, bytes.length - 2);
    writeFileSync(blob, bytes);
    const end = newPlace('archive', hosts);
    await expectError(() => copyArtifacts([damaged.reference], end), 'DIGEST_MISMATCH');
    expect(readdirSync(dirname(pathOf(end)))).toEqual([]);
  });

  it('more than a thousand referrers: nothing is cut in silence', async () => {
    const store = new MemoryStore();
    const { manifest, contents } = makeArtifact('layer');
    for (const [descriptor, bytes] of contents) await store.push(descriptor, bytes);
    const attach = (at: number): Promise<boolean> => store.push(...manifestNaming(manifest, at));
    for (let at = 1; at <= 1000; at += 1) await attach(at);
    await expectError(() => collectBelongings(manifest, [store], {}), 'CONTENT_TOO_LARGE');
  });
});

describe('a copy that is stopped', () => {
  it('leaves the layout as it was to readers, and is taken up again', async () => {
    const artifact = await openPinned(source, {}, openStore);
    const writes = await countWrites(artifact);
    expect(writes).toBeGreaterThan(20);
    for (let stop = 0; stop < writes; stop += 3) {
      const end = newPlace('layout', hosts);
      await copyArtifacts([other.reference], `${end}:old`);
      const store = new OciLayoutStore(pathOf(end));
      const target = { store: stoppingAt(store, stop), tag: '1.0.0' };
      const stopped = copyArtifact(artifact, target, { limitBytes: 1e6 });
      await expect(stopped).rejects.toThrow('stopped');
      expect((await store.resolve('old')).digest).toBe(other.subject.descriptor.digest);
      await expectError(() => store.resolve('1.0.0'), 'NOT_FOUND');
      if (stop % 9 !== 0) continue;
      await copyArtifacts([source], end);
      const keys = rich.keys.map(({ publicKey }) => publicKey);
      await verifyArtifact(`${end}:1.0.0`, { keys, threshold: 2 });
    }
  });
});
