import type { Descriptor } from '../../../src/content/descriptor.ts';
import { digestOf, type Digest } from '../../../src/reference/digest.ts';
import { OCI_MANIFEST } from '../../../src/reference/media-types.ts';
import { openTestStore } from '../../registry/store-support.ts';
import { expectError } from '../../support/expect-error.ts';
import { startTestRegistry } from '../../support/test-registry.ts';

/** A digest, a layer and a manifest that nothing is wrong with. */
export const DIGEST: Digest = `sha256:${'ab'.repeat(32)}`;
export const layer: Descriptor = { mediaType: 'application/x-gzip', digest: DIGEST, size: 1 };
export const goodManifest: object = {
  schemaVersion: 2,
  mediaType: OCI_MANIFEST,
  config: layer,
  layers: [layer],
};

/** A registry that serves a document as every manifest, and the document's digest. */
export async function serveManifest(
  document: unknown,
  contentType: string = OCI_MANIFEST,
): Promise<{ readonly host: string; readonly digest: Digest }> {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  const body = Buffer.from(text);
  const headers = { 'content-type': contentType };
  const registry = await startTestRegistry();
  registry.next('GET', /manifests/, { instead: { headers, body } }, Infinity);
  return { host: registry.host, digest: digestOf(body) };
}

/** Demands that a manifest is refused, by tag and by digest. */
export async function expectManifestRefused(
  document: unknown,
  contentType?: string,
): Promise<void> {
  const { host, digest } = await serveManifest(document, contentType);
  for (const reference of ['1.0.0', digest])
    await expectError(() => openTestStore(host).resolve(reference), 'CONTENT_INVALID');
}
