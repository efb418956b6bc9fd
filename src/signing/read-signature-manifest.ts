import type { CallOptions, ReadableStore } from '../content/content-store.ts';
import type { ImageManifest } from '../content/manifest.ts';
import { readManifest, type ReadManifest } from '../content/read-content.ts';
import { resolveOptional } from '../content/resolve-optional.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';

/** The most layers a `.sig` or `.att` manifest may have: cosign's own limit. */
export const MAX_SIGNATURE_LAYERS = 1000;

/**
 * Reads the manifest under a `.sig` or `.att` tag, if there is one.
 * @throws KongcrateError CONTENT_INVALID and what the store throws
 */
export async function readSignatureManifest(
  store: ReadableStore,
  tag: string,
  options: CallOptions,
): Promise<ReadManifest<ImageManifest> | undefined> {
  const descriptor = await resolveOptional(store, tag, options);
  if (!descriptor) return undefined;
  const { bytes, document } = await readManifest(store, descriptor, options);
  if (document.kind === 'manifest') return { descriptor, bytes, document };
  throw new KongcrateError('CONTENT_INVALID', `the tag ${tag} holds an index, no signatures`, {
    remedy: 'Delete that tag, then sign the artifact again.',
  });
}
