import { describe } from '../content/descriptor.ts';
import { MAX_MANIFEST_BYTES, parseManifest } from '../content/manifest.ts';
import { parseReferrersList } from '../content/referrers-list.ts';
import { checkBytes } from '../content/verified-stream.ts';
import { readBody } from '../http/read-body.ts';
import type { HttpResponse } from '../http/transport.ts';
import { isDigest, isReferrersTag } from '../reference/digest.ts';
import { answerError } from './answer-error.ts';
import { awaitNextTry, brokeOff } from './broke-off.ts';
import type { KnownManifest } from './manifest-cache.ts';
import { ACCEPT_MANIFESTS } from './manifest-types.ts';
import { manifestPath, request, type Repository, type RequestParts } from './repository.ts';

export interface FetchedManifest extends KnownManifest {
  /** The version of the tag, for `If-Match`, which never matches a weak one (RFC 9110 13.1.1). */
  readonly entityTag?: string;
}

/**
 * Fetches a manifest by tag or digest: 4 MiB at most, hashed before it is parsed. The bytes alone
 * decide: `Docker-Content-Digest` is not looked at (regclient CVE-2025-24882). Of a list of referrers
 * under its tag, which any client may have written, the entries that can be read are taken.
 * @throws KongcrateError NOT_FOUND, REGISTRY_ERROR, DIGEST_MISMATCH, CONTENT_INVALID
 */
export async function fetchManifest(
  repository: Repository,
  tagOrDigest: string,
  { signal }: RequestParts,
): Promise<FetchedManifest> {
  const { response, bytes } = await getWhole(repository, tagOrDigest, signal);
  const contentType = contentTypeOf(response);
  if (isDigest(tagOrDigest))
    checkBytes(bytes, { mediaType: contentType, digest: tagOrDigest, size: bytes.length });
  const document = isReferrersTag(tagOrDigest)
    ? parseReferrersList(bytes, contentType).document
    : parseManifest(bytes, contentType);
  const entityTag = response.header('etag');
  return {
    descriptor: describe(document.mediaType, bytes),
    bytes,
    document,
    ...(entityTag?.startsWith('"') ? { entityTag } : {}),
  };
}

/** An answer that breaks off is asked for again: it is small. */
async function getWhole(
  repository: Repository,
  tagOrDigest: string,
  signal: AbortSignal | undefined,
): Promise<{ readonly response: HttpResponse; readonly bytes: Buffer }> {
  for (let attempt = 1; ; attempt += 1) {
    const response = await request(repository, ['GET', manifestPath(tagOrDigest)], {
      headers: { Accept: ACCEPT_MANIFESTS },
      signal,
    });
    const what = isDigest(tagOrDigest) ? `manifest ${tagOrDigest}` : `tag ${tagOrDigest}`;
    if (response.status !== 200)
      throw await answerError(response, repository, { access: 'read', what });
    try {
      return { response, bytes: await readBody(response, MAX_MANIFEST_BYTES) };
    } catch (error) {
      const isOver = signal?.aborted === true || attempt >= repository.pauses.tries;
      if (isOver || !brokeOff(error)) throw error;
      await awaitNextTry(repository, { error, attempt }, signal);
    }
  }
}

/** The media type of an answer, without parameters. */
export function contentTypeOf(response: HttpResponse): string {
  return (response.header('content-type') ?? '').replace(/;.*/s, '').trim().toLowerCase();
}
