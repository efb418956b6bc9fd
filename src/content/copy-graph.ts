import type { ContentStore, ReadableStore } from './content-store.ts';
import type { Descriptor } from './descriptor.ts';
import { readContent, readManifest, type ReadOptions } from './read-content.ts';

/**
 * Copies a manifest with all that it names, of an index its manifests too, in the order in which
 * a registry takes it. Every byte is checked on its way; what the target has is not read again.
 * @throws KongcrateError CONTENT_TOO_LARGE, CONTENT_INVALID, NOT_FOUND, DIGEST_MISMATCH,
 *   SIZE_MISMATCH
 */
export async function copyGraph(
  descriptor: Descriptor,
  stores: { readonly from: ReadableStore; readonly to: ContentStore },
  options: ReadOptions,
): Promise<void> {
  const { from, to } = stores;
  const { bytes, document } = await readManifest(from, descriptor, options);
  if (document.kind === 'index')
    for (const manifest of document.manifests) await copyGraph(manifest, stores, options);
  else
    for (const content of [document.config, ...document.layers])
      if (!(await to.exists(content, options)))
        await to.push(content, await readContent(from, content, options), options);
  await to.push(descriptor, bytes, options);
}
