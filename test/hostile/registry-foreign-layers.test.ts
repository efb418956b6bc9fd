import { describe, expect, it } from 'vitest';
import { REPOSITORY } from '../registry/store-support.ts';
import { startTestRegistry } from '../support/test-registry.ts';
import { DIGEST, expectManifestRefused, goodManifest, layer } from './cases/served-manifests.ts';

/** ATTACKS R6: containerd CVE-2020-15157 (ContainerDrip). */
describe('a registry with foreign layers', () => {
  it('is refused, and nobody goes there', async () => {
    const elsewhere = await startTestRegistry();
    const urls = [`http://${elsewhere.host}/v2/${REPOSITORY}/blobs/${DIGEST}`];
    const manifest = { ...goodManifest, layers: [{ ...layer, urls }] };
    await expectManifestRefused(manifest);
    expect(elsewhere.log).toEqual([]);
  });
});
