import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { copyGraph } from '../../src/content/copy-graph.ts';
import type { Content } from '../../src/content/content.ts';
import { describe as descriptorOf, type Descriptor } from '../../src/content/descriptor.ts';
import { MemoryStore } from '../../src/content/memory-store.ts';
import { OCI_INDEX, OCI_LAYER_GZIP } from '../../src/reference/media-types.ts';
import { expectError } from '../support/expect-error.ts';
import { makeArtifact } from '../support/small-artifact.ts';

const LAYERS = Array.from({ length: 10 }, (_, at) => Buffer.from(`layer ${at}`));

/** Tells how many contents came in at the same time, and in which order they were there. */
class WatchedStore extends MemoryStore {
  readonly order: string[] = [];
  atOnce = 0;
  most = 0;

  override async push(descriptor: Descriptor, content: Content): Promise<boolean> {
    this.atOnce += 1;
    this.most = Math.max(this.most, this.atOnce);
    await setImmediate();
    const isNew = await super.push(descriptor, content);
    this.atOnce -= 1;
    this.order.push(descriptor.digest);
    return isNew;
  }
}

async function makeSource(): Promise<{ from: MemoryStore; manifest: Descriptor }> {
  const from = new MemoryStore();
  const layers = LAYERS.map((bytes) => descriptorOf(OCI_LAYER_GZIP, bytes));
  for (const [at, layer] of layers.entries()) await from.push(layer, LAYERS[at] ?? Buffer.of());
  const artifact = makeArtifact('unused', { layers });
  for (const [descriptor, bytes] of artifact.contents) await from.push(descriptor, bytes);
  return { from, manifest: artifact.manifest };
}

it.each([
  [1, 1],
  [3, 3],
  [undefined, 4],
  [100, 11],
])(
  'copies with concurrency %s at most %i contents at once, the manifest last',
  async (concurrency, most) => {
    const { from, manifest } = await makeSource();
    const to = new WatchedStore();
    const limits = concurrency === undefined ? {} : { concurrency };
    await copyGraph(manifest, { from, to }, { limitBytes: 1000, ...limits });
    expect([to.most, to.order.length, to.order.at(-1)]).toEqual([most, 12, manifest.digest]);
  },
);

it('copies the manifests of an index before it', async () => {
  const { from, manifest } = await makeSource();
  const bytes = Buffer.from(
    JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [manifest] }),
  );
  const index = descriptorOf(OCI_INDEX, bytes);
  await from.push(index, bytes);
  const to = new WatchedStore();
  await copyGraph(index, { from, to }, { limitBytes: 1000 });
  expect(to.order.slice(-2)).toEqual([manifest.digest, index.digest]);
});

it('copies once what indexes name many times over', async () => {
  const { from, manifest } = await makeSource();
  let top = manifest;
  for (let depth = 0; depth < 24; depth += 1) {
    const manifests = [top, { ...top, annotations: { again: 'yes' } }];
    const bytes = Buffer.from(
      JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests }),
    );
    top = descriptorOf(OCI_INDEX, bytes);
    await from.push(top, bytes);
  }
  const to = new WatchedStore();
  await copyGraph(top, { from, to }, { limitBytes: 1000 });
  expect(to.order).toHaveLength(12 + 24);
});

it('begins nothing more after a failure, and never writes the manifest', async () => {
  const { from, manifest } = await makeSource();
  const to = new WatchedStore();
  const open = from.open.bind(from);
  from.open = (descriptor) =>
    descriptor.digest === manifest.digest
      ? open(descriptor)
      : Promise.resolve(Readable.from([Buffer.from('other bytes')]));
  await expectError(
    () => copyGraph(manifest, { from, to }, { limitBytes: 1000, concurrency: 2 }),
    'SIZE_MISMATCH',
  );
  expect(to.order).toEqual([]);
});

it('refuses what is above the limit before it is opened', async () => {
  const { from, manifest } = await makeSource();
  const to = new WatchedStore();
  await expectError(
    () => copyGraph(manifest, { from, to }, { limitBytes: 3 }),
    'CONTENT_TOO_LARGE',
  );
  expect(to.order).toEqual([]);
});
