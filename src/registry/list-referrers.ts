import type { CallOptions } from '../content/content-store.ts';
import type { Descriptor } from '../content/descriptor.ts';
import { parseManifest } from '../content/manifest.ts';
import { orNone } from '../content/or-none.ts';
import { parseDigest, referrersTagOf, type Digest } from '../reference/digest.ts';
import { OCI_INDEX } from '../reference/media-types.ts';
import { contentTypeOf, fetchManifest, type FetchedManifest } from './fetch-manifest.ts';
import { readPages } from './read-pages.ts';
import { request, type Repository } from './repository.ts';

/** How registries say that they have no referrers API; old Harbor asks nobody in particular to log in. */
const NO_API = new Set([400, 401, 404, 405, 406]);

/**
 * Asks the referrers API (OCI distribution-spec, "listing referrers"); `undefined` where there is
 * none. No type is asked for: registries disagree about the type of a referrer.
 * @throws KongcrateError REGISTRY_ERROR, REDIRECT_REFUSED, CONTENT_INVALID
 */
export async function askReferrersApi(
  repository: Repository,
  subject: Digest,
  { signal }: CallOptions,
): Promise<readonly Descriptor[] | undefined> {
  const headers = { Accept: OCI_INDEX };
  const path = `referrers/${parseDigest(subject)}`;
  const first = await request(repository, ['GET', path], { headers, signal });
  const isOther = first.status === 200 && contentTypeOf(first) !== OCI_INDEX;
  if (isOther || NO_API.has(first.status)) {
    first.discard();
    return undefined;
  }
  const found: Descriptor[] = [];
  const options = { what: `referrers of ${subject}`, headers, ...(signal ? { signal } : {}) };
  for await (const bytes of readPages(repository, first, options)) {
    const page = parseManifest(bytes, OCI_INDEX);
    if (page.kind === 'index') found.push(...page.manifests);
  }
  return found;
}

/**
 * Reads the tag that stands in for the API (OCI distribution-spec, "referrers tag schema").
 * `cosign copy` leaves an image there: that lists nothing.
 */
export async function listFallbackTag(
  repository: Repository,
  subject: Digest,
  options: CallOptions,
): Promise<readonly Descriptor[]> {
  const manifest = await fetchOptional(repository, referrersTagOf(subject), options);
  return manifest?.document.kind === 'index' ? manifest.document.manifests : [];
}

/** Fetches what a tag stands for; `undefined` when the registry does not have it. */
export async function fetchOptional(
  repository: Repository,
  tag: string,
  options: CallOptions,
): Promise<FetchedManifest | undefined> {
  return orNone(() => fetchManifest(repository, tag, options));
}
