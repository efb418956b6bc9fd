import { Readable } from 'node:stream';
import type { OpenContent } from './content.ts';
import type { ContentStore, ReadableStore, StoreOptions } from './content-store.ts';
import type { Descriptor } from './descriptor.ts';
import { inParallel } from './in-parallel.ts';
import type { Digest } from '../reference/digest.ts';
import { readManifest, refuseLarger, withProgress, type ReadOptions } from './read-content.ts';

/** `mountFrom` is where the target's registry has the content already. */
export interface CopyOptions extends ReadOptions, Pick<StoreOptions, 'mountFrom'> {
  /** The most contents that are copied at once; default 4, each of which may hold 16 MiB. */
  readonly concurrency?: number | undefined;
}

const DEFAULT_CONCURRENCY = 4;

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
  await copyOnce(descriptor, { ...stores, done: new Set() }, options);
}

/** Indexes that name one another many times over would be walked for ever: each is copied once. */
async function copyOnce(
  descriptor: Descriptor,
  stores: Stores & { readonly done: Set<Digest> },
  options: CopyOptions,
): Promise<void> {
  if (stores.done.has(descriptor.digest)) return;
  stores.done.add(descriptor.digest);
  const { concurrency = DEFAULT_CONCURRENCY } = options;
  const { bytes, document } = await readManifest(stores.from, descriptor, options);
  if (document.kind === 'index')
    for (const manifest of document.manifests) await copyOnce(manifest, stores, options);
  else
    await inParallel([document.config, ...document.layers], concurrency, (content) =>
      copyContent(content, stores, options),
    );
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
