import { beforeEach, describe, expect, it } from 'vitest';
import { MAX_MANIFEST_BYTES } from '../../src/content/manifest.ts';
import { readContent, readManifest } from '../../src/content/read-content.ts';
import { openTestStore, REPOSITORY } from '../registry/store-support.ts';
import { expectError } from '../support/expect-error.ts';
import { makeArtifact, pushArtifact } from '../support/small-artifact.ts';
import type { Reply } from '../support/test-registry-content.ts';
import { startTestRegistry, type TestRegistry } from '../support/test-registry.ts';

const artifact = makeArtifact('layer');
const limitBytes = 100;
let registry: TestRegistry;

beforeEach(async () => {
  registry = await startTestRegistry();
  await pushArtifact(openTestStore(registry.host), artifact);
});

const readLayer = (): Promise<Buffer> =>
  readContent(openTestStore(registry.host), artifact.layer, { limitBytes });
/** The same answer without a length: chunked, and open to any number of bytes. */
const chunked = ({ status }: Reply, body: Buffer): Reply => ({ status, headers: {}, body });

/** ATTACKS R2: more or fewer bytes than the descriptor says (cosign CVE-2023-46737). */
describe('a registry with wrong sizes', () => {
  it.each(['4', '6', '0', '9007199254740993'])(
    'is refused when it announces %s bytes for 5, before any of them is read',
    async (length) => {
      registry.next('GET', /blobs/, {
        change: (reply) => ({ ...reply, headers: { 'content-length': length } }),
      });
      await expectError(() => openTestStore(registry.host).open(artifact.layer), 'SIZE_MISMATCH');
    },
  );

  it.each(['lay', '', 'layer and more'])('is refused when it sends %j', async (text) => {
    registry.next('GET', /blobs/, { change: (reply) => chunked(reply, Buffer.from(text)) });
    await expectError(readLayer, 'SIZE_MISMATCH');
  });

  it('is refused at the first byte too many, however many follow', async () => {
    const body = Buffer.alloc(64 * 1024 * 1024);
    registry.next('GET', /blobs/, { change: (reply) => chunked(reply, body) });
    await expectError(readLayer, 'SIZE_MISMATCH');
  });

  it('is refused when it cuts a blob short', async () => {
    registry.next('GET', /blobs/, { resetAfterBytes: 1 }, Infinity);
    await expectError(readLayer, 'NETWORK_FAILED');
  });

  it('is refused when a manifest is larger than 4 MiB, announced or not', async () => {
    const body = Buffer.alloc(MAX_MANIFEST_BYTES + 1, ' ');
    const { mediaType } = artifact.manifest;
    registry.next(
      'GET',
      /manifests/,
      { instead: { headers: { 'content-type': mediaType }, body } },
      2,
    );
    for (let times = 0; times < 2; times += 1) {
      const error = await expectError(
        () => openTestStore(registry.host).resolve('1.0.0'),
        'REGISTRY_ERROR',
      );
      expect(error.message).toContain(String(MAX_MANIFEST_BYTES));
    }
  });

  it('is refused when a manifest has another size than its descriptor', async () => {
    const size = artifact.manifest.size + 1;
    const store = openTestStore(registry.host);
    await expectError(() => readManifest(store, { ...artifact.manifest, size }), 'SIZE_MISMATCH');
  });

  it('does not have a blob that has another size', async () => {
    registry.repository(REPOSITORY).blobs.set(artifact.layer.digest, Buffer.from('layers'));
    expect(await openTestStore(registry.host).exists(artifact.layer)).toBe(false);
  });
});
