import type { CallOptions, ContentStore, ReadableStore } from './content-store.ts';
import type { Descriptor } from './descriptor.ts';
import { readContent } from './read-content.ts';

/**
 * Copies one piece of content, checked on its way; what the target has is not read again.
 * @throws KongcrateError CONTENT_TOO_LARGE, NOT_FOUND, DIGEST_MISMATCH, SIZE_MISMATCH
 */
export async function copyContent(
  descriptor: Descriptor,
  { from, to }: { readonly from: ReadableStore; readonly to: ContentStore },
  options: CallOptions & { readonly limitBytes: number },
): Promise<void> {
  if (await to.exists(descriptor, options)) return;
  await to.push(descriptor, await readContent(from, descriptor, options), options);
}
