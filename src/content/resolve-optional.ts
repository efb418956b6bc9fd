import type { CallOptions, ReadableStore } from './content-store.ts';
import type { Descriptor } from './descriptor.ts';
import { orNone } from './or-none.ts';

/** Resolves a tag or digest that may be missing: `undefined` is the store's clean "none". */
export async function resolveOptional(
  store: ReadableStore,
  tagOrDigest: string,
  options: CallOptions,
): Promise<Descriptor | undefined> {
  return orNone(() => store.resolve(tagOrDigest, options));
}
