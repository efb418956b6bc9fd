import type { ByteSource } from '../content/byte-source.ts';
import { digestOfSource } from '../content/hash-source.ts';
import { parseManifest } from '../content/manifest.ts';
import { hexOf, type Digest } from '../reference/digest.ts';
import { OCI_INDEX } from '../reference/media-types.ts';
import { archiveRefused } from './archive-refused.ts';
import { checkDocumentSize } from './check-document-size.ts';

/** buildx marks its attestations within an index so. */
const ATTESTATION = 'vnd.docker.reference.type';

/**
 * Refuses a tarball whose index.json leads to another layer than its manifest.json: docker 25 and
 * buildx write both into one tar, and tools choose one.
 * @param layer the one that manifest.json names
 * @throws KongcrateError ARCHIVE_REFUSED (READS_DIFFERENTLY), CONTENT_INVALID, CONTENT_TOO_LARGE
 */
export function demandSameLayer(files: ReadonlyMap<string, ByteSource>, layer: ByteSource): void {
  const index = files.get('index.json');
  if (index === undefined) return;
  const expected = digestOfSource(layer);
  const others = layersOf(files, index).filter((digest) => digest !== expected);
  if (others.length === 0) return;
  throw archiveRefused(
    'READS_DIFFERENTLY',
    `its manifest.json names the layer ${expected}, its index.json ${others.join(', ')}`,
    { details: { layers: [expected, ...others] } },
  );
}

/** The layers of all images that an index leads to and that are in the tar. */
function layersOf(files: ReadonlyMap<string, ByteSource>, index: ByteSource): readonly Digest[] {
  const document = parseManifest(checkDocumentSize('index.json', index), OCI_INDEX);
  const pending = document.kind === 'index' ? [...document.manifests] : [];
  const seen = new Set<Digest>();
  const layers = new Set<Digest>();
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const path = `blobs/sha256/${hexOf(next.digest)}`;
    const bytes = files.get(path);
    if (bytes === undefined || seen.has(next.digest) || next.annotations?.[ATTESTATION]) continue;
    seen.add(next.digest);
    const found = parseManifest(checkDocumentSize(path, bytes), next.mediaType);
    if (found.kind === 'index') pending.push(...found.manifests);
    else for (const { digest } of found.layers) layers.add(digest);
  }
  return [...layers];
}
