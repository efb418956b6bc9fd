import type { CallOptions, ReadableStore } from '../content/content-store.ts';
import type { Descriptor } from '../content/descriptor.ts';
import type { ImageIndex, ImageManifest } from '../content/manifest.ts';
import { readManifest, type ReadManifest } from '../content/read-content.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { Digest } from '../reference/digest.ts';
import { isManifestType } from '../reference/media-types.ts';

/** The manifest that holds the plugin, and the exact bytes read on the way to it. */
export interface PluginManifest {
  readonly manifest: ImageManifest;
  readonly digest: Digest;
  readonly blobs: ReadonlyMap<Digest, Uint8Array>;
}

/**
 * Finds the plugin below a subject that was read already: the subject itself, or of an index the
 * manifest for linux/amd64, else its only manifest. The signature over the index's digest covers
 * its manifests by their digests.
 * @throws KongcrateError CONTENT_INVALID and what the store throws
 */
export async function readPluginManifest(
  store: ReadableStore,
  { descriptor, bytes, document }: ReadManifest,
  options: CallOptions,
): Promise<PluginManifest> {
  const { digest } = descriptor;
  if (document.kind === 'manifest')
    return { manifest: document, digest, blobs: new Map([[digest, bytes]]) };
  const child = await readManifest(store, chooseChild(document, digest), options);
  if (child.document.kind !== 'manifest') throw invalid(`${digest} nests an index in an index`);
  return {
    manifest: child.document,
    digest: child.descriptor.digest,
    blobs: new Map([
      [digest, bytes],
      [child.descriptor.digest, child.bytes],
    ]),
  };
}

function chooseChild({ manifests }: ImageIndex, digest: Digest): Descriptor {
  const images = manifests.filter(({ mediaType }) => isManifestType(mediaType));
  const [only] = images;
  const chosen =
    images.find(({ platform }) => platform?.os === 'linux' && platform.architecture === 'amd64') ??
    (images.length === 1 ? only : undefined);
  if (chosen) return chosen;
  throw invalid(`the index ${digest} has ${images.length} manifests and none for linux/amd64`);
}

function invalid(message: string): KongcrateError {
  return new KongcrateError('CONTENT_INVALID', message, {
    remedy: 'Give the digest of the manifest that holds the plugin, and sign that one.',
  });
}
