import { Readable } from 'node:stream';
import type { OpenContent } from './content.ts';
import type { ContentStore, ReadableStore, StoreOptions } from './content-store.ts';
import type { Descriptor } from './descriptor.ts';
import { readManifest, refuseLarger, withProgress, type ReadOptions } from './read-content.ts';

/** `mountFrom` is where the target's registry has the content already. */
export type CopyOptions = ReadOptions & Pick<StoreOptions, 'mountFrom'>;

interface Stores {
  readonly from: ReadableStore;
  readonly to: ContentStore;
}

/**
 * Copies a manifest with all that it names, of an index its manifests too, in the order in which
 * a registry takes it. Every byte is checked on its way; what the target has is not read again,
 * and what is large is never held whole.
 * @throws KongcrateError CONTENT_TOO_LARGE, CONTENT_INVALID, NOT_FOUND, DIGEST_MISMATCH,
 *   SIZE_MISMATCH
 */
export async function copyGraph(
  descriptor: Descriptor,
  stores: Stores,
  options: CopyOptions,
): Promise<void> {
  const { bytes, document } = await readManifest(stores.from, descriptor, options);
  if (document.kind === 'index')
    for (const manifest of document.manifests) await copyGraph(manifest, stores, options);
  else
    for (const content of [document.config, ...document.layers])
      await copyContent(content, stores, options);
  await stores.to.push(descriptor, bytes, options);
}

async function copyContent(
  descriptor: Descriptor,
  { from, to }: Stores,
  options: CopyOptions,
): Promise<void> {
  refuseLarger(descriptor, options);
  const open: OpenContent = async () => {
    const content = await from.open(descriptor, options);
    return Readable.from(withProgress(content, descriptor, options), { objectMode: false });
  };
  await to.push(descriptor, open, options);
}
