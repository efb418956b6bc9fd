import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { describe as describeBytes } from '../../src/content/descriptor.ts';
import { readContent, readManifest } from '../../src/content/read-content.ts';
import { OCI_LAYER_GZIP } from '../../src/reference/media-types.ts';
import { expectError } from '../support/expect-error.ts';
import { makeArtifact, pushArtifact } from '../support/small-artifact.ts';
import { startTestRegistry, type TestRegistry } from '../support/test-registry.ts';
import { openTestStore, REPOSITORY } from './store-support.ts';

const artifact = makeArtifact('layer');
const next = makeArtifact('next');
const largeBytes = randomBytes(100_000);
const large = describeBytes(OCI_LAYER_GZIP, largeBytes);
let registry: TestRegistry;

beforeEach(async () => {
  registry = await startTestRegistry();
});

/** The log without query and identifiers: what PERFORMANCE budgets count. */
const summary = (): readonly string[] =>
  registry.requests().map((line) => line.replace(/\?\S+|uploads\/\d+|sha256:\w+/g, ''));
const prefix = `/v2/${REPOSITORY}`;

describe('the requests of a registry store', () => {
  it('sends a new blob with two, a manifest and a tag with one each, and no ping', async () => {
    const store = openTestStore(registry.host);
    await pushArtifact(store, artifact);
    await store.tag(artifact.manifest, '1.0.0');
    expect(summary()).toEqual([
      `POST ${prefix}/blobs/uploads/ 202`,
      `PUT ${prefix}/blobs/ 201`,
      `POST ${prefix}/blobs/uploads/ 202`,
      `PUT ${prefix}/blobs/ 201`,
      `PUT ${prefix}/manifests/ 201`,
      `PUT ${prefix}/manifests/1.0.0 201`,
    ]);
  });

  it('asks by HEAD what a tag stands for, and reads it where the registry does not say', async () => {
    await pushArtifact(openTestStore(registry.host), artifact);
    const store = openTestStore(registry.host);
    await store.tag(artifact.manifest, '1.0.0');
    const { digest } = artifact.manifest;
    const before = registry.log.length;
    expect(await store.peek('1.0.0')).toBe(digest);
    expect(summary().slice(before)).toEqual([`HEAD ${prefix}/manifests/1.0.0 200`]);
    for (const said of [{}, { 'docker-content-digest': 'sha256:short' }]) {
      registry.next('HEAD', /manifests/, { change: (reply) => ({ ...reply, headers: said }) });
      expect(await openTestStore(registry.host).peek('1.0.0')).toBe(digest);
    }
  });

  it('does not send a small blob again: mounting it asks', async () => {
    const push = (): Promise<boolean> =>
      openTestStore(registry.host).push(artifact.layer, Buffer.from('layer'));
    expect(await push()).toBe(true);
    const before = registry.log.length;
    expect(await push()).toBe(false);
    expect(summary().slice(before)).toEqual([`POST ${prefix}/blobs/uploads/ 201`]);
  });

  it('sends nothing of an artifact whose manifest it read or wrote', async () => {
    const writer = openTestStore(registry.host);
    await pushArtifact(writer, artifact);
    const reader = openTestStore(registry.host);
    await reader.resolve(artifact.manifest.digest);
    const before = registry.log.length;
    for (const store of [writer, reader])
      for (const [descriptor, bytes] of artifact.contents)
        expect(await store.push(descriptor, bytes)).toBe(false);
    expect(registry.log).toHaveLength(before);
  });

  it('stores a manifest under its tag with one', async () => {
    const store = openTestStore(registry.host);
    await pushArtifact(store, artifact);
    const [manifest, bytes = Buffer.alloc(0)] = artifact.contents.at(-1) ?? [artifact.manifest];
    const before = registry.log.length;
    await store.push(manifest, bytes, { tag: '1.0.0' });
    expect(summary().slice(before)).toEqual([`PUT ${prefix}/manifests/1.0.0 201`]);
    expect(await store.resolve('1.0.0')).toEqual(manifest);
  });

  it('does not send a large blob again, mounting or not: a HEAD asks', async () => {
    registry = await startTestRegistry({ mounts: false });
    const store = openTestStore(registry.host);
    await store.push(large, largeBytes);
    await store.push(large, largeBytes);
    expect(summary()).toEqual([
      `HEAD ${prefix}/blobs/ 404`,
      `POST ${prefix}/blobs/uploads/ 202`,
      `PUT ${prefix}/blobs/ 201`,
      `HEAD ${prefix}/blobs/ 200`,
    ]);
    expect(await readContent(store, large, { limitBytes: 200_000 })).toEqual(largeBytes);
  });

  it('reads a tag with one request, and the manifest with none more', async () => {
    await pushArtifact(openTestStore(registry.host), artifact);
    await openTestStore(registry.host).tag(artifact.manifest, 'latest');
    const before = registry.log.length;
    const store = openTestStore(registry.host);
    const pinned = await store.resolve(undefined);
    await readManifest(store, pinned);
    await readManifest(store, pinned);
    await readContent(store, artifact.layer, { limitBytes: 100 });
    expect(summary().slice(before)).toEqual([
      `GET ${prefix}/manifests/latest 200`,
      `GET ${prefix}/blobs/ 200`,
    ]);
  });

  it('fetches a manifest by digest once', async () => {
    await pushArtifact(openTestStore(registry.host), artifact);
    const before = registry.log.length;
    const store = openTestStore(registry.host);
    await readManifest(store, artifact.manifest);
    await readManifest(store, artifact.manifest);
    await store.tag(artifact.manifest, 'latest');
    expect(summary().slice(before)).toEqual([
      `GET ${prefix}/manifests/ 200`,
      `PUT ${prefix}/manifests/latest 201`,
    ]);
  });

  it('asks for every type of manifest, and for the bytes as they are', async () => {
    const store = openTestStore(registry.host);
    await expectError(() => store.resolve('1.0.0'), 'NOT_FOUND');
    const [request] = registry.log;
    for (const kind of ['oci.image.manifest.v1', 'oci.image.index.v1', 'manifest.v2', 'list.v2'])
      expect(request?.headers.accept).toContain(`${kind}+json`);
    expect(request?.headers['accept-encoding']).toBe('identity');
  });

  it('sticks to what a tag was, although it moves at once: one tag read', async () => {
    const writer = openTestStore(registry.host);
    await pushArtifact(writer, artifact);
    await pushArtifact(writer, next);
    await writer.tag(artifact.manifest, '1.0.0');
    const { tags } = registry.repository(REPOSITORY);
    registry.next('GET', /manifests\/1\.0\.0/, {
      after: () => tags.set('1.0.0', next.manifest.digest),
    });
    const store = openTestStore(registry.host);
    const pinned = await store.resolve('1.0.0');
    const { document } = await readManifest(store, pinned);
    expect(document).toMatchObject({ layers: [{ digest: artifact.layer.digest }] });
    expect(
      registry.requests(/manifests\/1\.0\.0/).filter((line) => line.startsWith('GET')),
    ).toHaveLength(1);
  });

  it('forgets nothing while it may keep 16 MiB of manifests, and stays right beyond', async () => {
    const store = openTestStore(registry.host);
    const pad = 'x'.repeat(3 * 1024 * 1024);
    const artifacts = Array.from({ length: 6 }, (_, index) =>
      makeArtifact('layer', { annotations: { pad, index: String(index) } }),
    );
    for (const one of artifacts) await pushArtifact(store, one);
    const before = registry.log.length;
    for (const one of artifacts.slice().reverse()) await readManifest(store, one.manifest);
    expect(registry.log.length - before).toBe(1);
  });
});
