import { referrersTagOf, type Digest } from '../reference/digest.ts';
import { isIndexType } from '../reference/media-types.ts';
import type { CallOptions, ReadableStore } from './content-store.ts';
import { MAX_MANIFEST_BYTES } from './manifest.ts';
import { readContent } from './read-content.ts';
import { parseReferrersList, type ReferrersList } from './referrers-list.ts';
import { resolveOptional } from './resolve-optional.ts';

/**
 * Reads what the tag that stands in for the referrers API lists (OCI distribution-spec, "referrers
 * tag schema"). It can hold an image (cosign copy makes such a tag): that lists nothing.
 * @returns undefined where there is no list
 * @throws KongcrateError CONTENT_INVALID and what the store throws
 */
export async function readFallbackTag(
  store: ReadableStore,
  subject: Digest,
  options: CallOptions,
): Promise<ReferrersList | undefined> {
  const descriptor = await resolveOptional(store, referrersTagOf(subject), options);
  if (!descriptor || !isIndexType(descriptor.mediaType)) return undefined;
  const limits = { ...options, limitBytes: MAX_MANIFEST_BYTES };
  return parseReferrersList(await readContent(store, descriptor, limits), descriptor.mediaType);
}
