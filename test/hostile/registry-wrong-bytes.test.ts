import { beforeEach, describe, it } from 'vitest';
import { readContent, readManifest } from '../../src/content/read-content.ts';
import { digestOf } from '../../src/reference/digest.ts';
import { openTestStore, REPOSITORY } from '../registry/store-support.ts';
import { expectError } from '../support/expect-error.ts';
import { fc } from '../support/properties.ts';
import { makeArtifact, pushArtifact } from '../support/small-artifact.ts';
import { startTestRegistry, type TestRegistry } from '../support/test-registry.ts';

const artifact = makeArtifact('layer');
const other = makeArtifact('other');
const limitBytes = 100;
let registry: TestRegistry;

beforeEach(async () => {
  registry = await startTestRegistry();
  await pushArtifact(openTestStore(registry.host), artifact);
  await pushArtifact(openTestStore(registry.host), other);
});

/** ATTACKS R1: bytes that are not what their digest says (regclient CVE-2025-24882). */
describe('a registry with wrong bytes', () => {
  it('under a digest is refused, though Docker-Content-Digest says what was asked for', async () => {
    const { manifests } = registry.repository(REPOSITORY);
    const wrong = manifests.get(other.manifest.digest);
    if (wrong) manifests.set(artifact.manifest.digest, wrong);
    await expectError(
      () => openTestStore(registry.host).resolve(artifact.manifest.digest),
      'DIGEST_MISMATCH',
    );
    await expectError(
      () => readManifest(openTestStore(registry.host), artifact.manifest),
      'DIGEST_MISMATCH',
    );
    await expectError(
      () => openTestStore(registry.host).tag(artifact.manifest, '1.0.0'),
      'DIGEST_MISMATCH',
    );
  });

  it.each(['', digestOf(Buffer.from('a lie')), 'sha256:../../x'])(
    'cannot be believed with Docker-Content-Digest %j: the bytes decide',
    async (lie) => {
      registry.repository(REPOSITORY).tags.set('1.0.0', artifact.manifest.digest);
      registry.next('GET', /manifests/, {
        change: (reply) => ({
          ...reply,
          headers: { ...reply.headers, 'docker-content-digest': lie },
        }),
      });
      const store = openTestStore(registry.host);
      const { digest } = await store.resolve('1.0.0');
      if (digest !== artifact.manifest.digest)
        throw new Error(`the header was believed: ${digest}`);
    },
  );

  it('in a blob is refused', async () => {
    registry.repository(REPOSITORY).blobs.set(artifact.layer.digest, Buffer.from('reyal'));
    await expectError(
      () => readContent(openTestStore(registry.host), artifact.layer, { limitBytes }),
      'DIGEST_MISMATCH',
    );
  });

  it('is refused whatever byte of the manifest is another', async () => {
    const { manifests } = registry.repository(REPOSITORY);
    const { digest } = artifact.manifest;
    const good = manifests.get(digest) ?? { mediaType: '', bytes: Buffer.alloc(0) };
    const at = fc.nat(good.bytes.length - 1);
    await fc.assert(
      fc.asyncProperty(at, fc.integer({ min: 1, max: 255 }), async (index, flip) => {
        const bytes = Buffer.from(good.bytes);
        bytes[index] = (bytes[index] ?? 0) ^ flip;
        manifests.set(digest, { ...good, bytes });
        await expectError(() => openTestStore(registry.host).resolve(digest), 'DIGEST_MISMATCH');
      }),
      { numRuns: 50 },
    );
  });
});
