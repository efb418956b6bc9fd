import { OCI_INDEX, OCI_MANIFEST } from '../reference/media-types.ts';
import { describe, type Descriptor } from './descriptor.ts';
import { parseManifest, type ImageIndex, type ImageManifest } from './manifest.ts';

/** Bytes that turned out to be a manifest or an index. */
export interface DescribedManifest {
  readonly descriptor: Descriptor;
  readonly document: ImageManifest | ImageIndex;
}

/**
 * Describes bytes that may be a manifest and that nothing lists; anything else gives undefined.
 * The digest is computed from the bytes, so a changed blob never passes as the one asked for.
 */
export function describeManifest(bytes: Uint8Array): DescribedManifest | undefined {
  try {
    const mediaType = statedMediaType(bytes);
    const document = parseManifest(bytes, mediaType);
    return { descriptor: withArtifactType(describe(mediaType, bytes), document), document };
  } catch {
    return undefined;
  }
}

/** What a referrers list says of a manifest (OCI distribution spec, "listing referrers"). */
export function withArtifactType(
  descriptor: Descriptor,
  document: ImageManifest | ImageIndex,
): Descriptor {
  if (document.kind === 'index') return descriptor;
  return {
    ...descriptor,
    artifactType: document.artifactType ?? document.config.mediaType,
    ...(Object.keys(document.annotations).length > 0 ? { annotations: document.annotations } : {}),
  };
}

/** Old manifests leave `mediaType` out: then the shape tells. */
function statedMediaType(bytes: Uint8Array): string {
  const document = JSON.parse(Buffer.from(bytes).toString('utf8')) as Record<string, unknown>;
  const stated = document['mediaType'];
  if (typeof stated === 'string') return stated;
  return 'manifests' in document ? OCI_INDEX : OCI_MANIFEST;
}
