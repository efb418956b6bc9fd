import { describe, expect, it } from 'vitest';
import { DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST } from '../../src/reference/media-types.ts';
import { openTestStore } from '../registry/store-support.ts';
import {
  expectManifestRefused,
  goodManifest,
  layer,
  serveManifest,
} from './cases/served-manifests.ts';

/** ATTACKS R4: CVE-2021-41190 and what else is two things at once. */
describe('a registry with a manifest of two kinds', () => {
  it.each<[string, unknown, string]>([
    ['manifest and index at once', { ...goodManifest, manifests: [layer] }, OCI_MANIFEST],
    ['a manifest that is served as an index', goodManifest, OCI_INDEX],
    ['an OCI manifest that is served as docker manifest', goodManifest, DOCKER_MANIFEST],
    [
      'an index that is served as a manifest',
      { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [] },
      OCI_MANIFEST,
    ],
    [
      'docker schema 1',
      { schemaVersion: 1, name: 'x', fsLayers: [] },
      'application/vnd.docker.distribution.manifest.v1+prettyjws',
    ],
    ['a page before the registry', '<html></html>', 'text/html'],
    ['neither type nor content type', { ...goodManifest, mediaType: undefined }, ''],
  ])('%s is refused', async (_what, document, contentType) => {
    await expectManifestRefused(document, contentType);
  });

  it('takes a manifest whose content type has parameters or says nothing', async () => {
    for (const contentType of [`${OCI_MANIFEST}; charset=utf-8`, 'application/json', '']) {
      const { host, digest } = await serveManifest(goodManifest, contentType);
      const found = await openTestStore(host).resolve('1.0.0');
      expect(found).toMatchObject({ mediaType: OCI_MANIFEST, digest });
    }
  });
});
