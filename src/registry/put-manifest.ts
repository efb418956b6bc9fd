import type { CallOptions } from '../content/content-store.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { HttpResponse } from '../http/transport.ts';
import { isDigest } from '../reference/digest.ts';
import { answerError } from './answer-error.ts';
import { manifestPath, request, type Repository } from './repository.ts';
import { settle } from './settle.ts';

export interface ManifestToPut {
  /** The tag or digest to put it under. */
  readonly tagOrDigest: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  /** The version of the tag that is being replaced, as the registry named it. */
  readonly entityTag?: string | undefined;
}

const MAX_TRIES = 5;

/**
 * Puts a manifest under a tag or its digest.
 * @throws KongcrateError as {@link answerError}; status 412 where the tag has another version, and
 *   from registries that never move a tag
 */
export async function putManifest(
  repository: Repository,
  manifest: ManifestToPut,
  options: CallOptions,
): Promise<HttpResponse> {
  for (let tries = 1; ; tries += 1)
    try {
      return await putOnce(repository, manifest, options);
    } catch (error) {
      if (tries === MAX_TRIES || !isBusy(error)) throw error;
      await settle(0, repository.pauses, options);
    }
}

async function putOnce(
  repository: Repository,
  { tagOrDigest, mediaType, bytes, entityTag }: ManifestToPut,
  { signal }: CallOptions,
): Promise<HttpResponse> {
  const response = await request(repository, ['PUT', manifestPath(tagOrDigest)], {
    headers: {
      'Content-Type': mediaType,
      ...(entityTag === undefined ? {} : { 'If-Match': entityTag }),
    },
    body: bytes,
    signal,
  });
  const what = isDigest(tagOrDigest) ? `manifest ${tagOrDigest}` : `tag ${tagOrDigest}`;
  if (response.status < 200 || response.status > 204)
    throw await answerError(response, repository, { access: 'write', what });
  response.discard();
  return response;
}

/**
 * docker-registry 2.8.3 calls a digest invalid while another writer links one of the manifest's
 * blobs anew: it reads the link half written. The digest was computed here, from these bytes.
 */
function isBusy(error: unknown): boolean {
  return error instanceof KongcrateError && error.details['registryCode'] === 'DIGEST_INVALID';
}
