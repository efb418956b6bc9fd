import { beforeEach, describe, expect, it } from 'vitest';
import type { Digest } from '../../src/reference/digest.ts';
import { OCI_INDEX, OCI_LAYER_GZIP, OCI_MANIFEST } from '../../src/reference/media-types.ts';
import { openTestStore, REPOSITORY } from '../registry/store-support.ts';
import { expectError } from '../support/expect-error.ts';
import { makeArtifact } from '../support/small-artifact.ts';
import { startTestRegistry, type TestRegistry } from '../support/test-registry.ts';

let registry: TestRegistry;

beforeEach(async () => {
  registry = await startTestRegistry();
});

const bad: readonly Digest[] = [
  'sha256:../../../other/manifests/latest',
  `sha256:${'AB'.repeat(32)}`,
  `sha256:${'ab'.repeat(31)}`,
  `sha256:${'ab'.repeat(32)}/..`,
  `sha256:${'ab'.repeat(32)}?n=1`,
  'sha256:',
];

/** ATTACKS R3: a digest is part of a URL (containers/image CVE-2024-3727). */
describe('a digest that is a path', () => {
  it.each([...bad, `sha1:${'ab'.repeat(20)}`, '..', 'a/b', 'a b', '', '.hidden', 'x'.repeat(129)])(
    '%j is asked of no registry as a reference',
    async (reference) => {
      await expectError(() => openTestStore(registry.host).resolve(reference), 'REFERENCE_INVALID');
      expect(registry.log).toEqual([]);
    },
  );

  it.each(bad)('%j is asked of no registry in a descriptor', async (digest) => {
    const store = openTestStore(registry.host);
    for (const mediaType of [OCI_LAYER_GZIP, OCI_MANIFEST]) {
      const descriptor = { mediaType, digest, size: 1 };
      await expectError(() => store.open(descriptor), 'REFERENCE_INVALID');
      await expectError(() => store.exists(descriptor), 'REFERENCE_INVALID');
      await expectError(() => store.tag(descriptor, 'latest'), 'REFERENCE_INVALID');
    }
    await expectError(() => store.referrers(digest), 'REFERENCE_INVALID');
    expect(registry.log).toEqual([]);
  });

  it('is no name for a tag', async () => {
    const store = openTestStore(registry.host);
    const { manifest, contents } = makeArtifact('layer');
    for (const [descriptor, bytes] of contents) await store.push(descriptor, bytes);
    const before = registry.log.length;
    for (const tag of ['../x', 'a/b', 'sha256:x'])
      await expectError(() => store.tag(manifest, tag), 'REFERENCE_INVALID');
    expect(registry.log).toHaveLength(before);
  });

  it('in a list of referrers refuses the list', async () => {
    const entry = { mediaType: OCI_MANIFEST, digest: bad[0], size: 1 };
    const body = Buffer.from(
      JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [entry] }),
    );
    registry.next('GET', /referrers/, {
      instead: { headers: { 'content-type': OCI_INDEX }, body },
    });
    const store = openTestStore(registry.host);
    await expectError(() => store.referrers(`sha256:${'ab'.repeat(32)}`), 'CONTENT_INVALID');
    expect(registry.requests()).toEqual([
      `GET /v2/${REPOSITORY}/referrers/sha256:${'ab'.repeat(32)} 200`,
    ]);
  });
});
