import type { Descriptor } from '../../../src/content/descriptor.ts';
import { digestOf, type Digest } from '../../../src/reference/digest.ts';
import { OCI_MANIFEST } from '../../../src/reference/media-types.ts';
import { openTestStore } from '../../registry/store-support.ts';
import { expectError } from '../../support/expect-error.ts';
import type { TestRegistry } from '../../support/test-registry.ts';

/** A digest, a layer and a manifest that nothing is wrong with. */
export const DIGEST: Digest = `sha256:${'ab'.repeat(32)}`;
export const layer: Descriptor = { mediaType: 'application/x-gzip', digest: DIGEST, size: 1 };
export const goodManifest: object = {
  schemaVersion: 2,
  mediaType: OCI_MANIFEST,
  config: layer,
  layers: [layer],
};

/** Serves a document as every manifest; gives its digest. */
export function serveManifest(
  registry: TestRegistry,
  document: unknown,
  contentType: string = OCI_MANIFEST,
): Digest {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  const body = Buffer.from(text);
  const headers = { 'content-type': contentType };
  registry.next('GET', /manifests/, { instead: { headers, body } }, Infinity);
  return digestOf(body);
}

/** Demands that a manifest is refused, by tag and by digest. */
export async function expectManifestRefused(registry: TestRegistry, digest: Digest): Promise<void> {
  const store = openTestStore(registry.host);
  for (const reference of ['1.0.0', digest])
    await expectError(() => store.resolve(reference), 'CONTENT_INVALID');
}
