import type { CallOptions } from '../content/content-store.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { digestOf, isDigest } from '../reference/digest.ts';
import { answerError, statusOf } from './answer-error.ts';
import { brokeOff } from './broke-off.ts';
import { fetchOptional } from './list-referrers.ts';
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

/** What the registry said to a manifest. */
export interface PutAnswer {
  /** The subject that it lists the manifest for: OCI distribution-spec, "pushing manifests with subject". */
  readonly subject?: string | undefined;
}

/**
 * Puts a manifest under a tag or its digest. Where the answer was lost, what stands there tells.
 * @throws KongcrateError as {@link answerError}; status 412 where the tag has another version, and
 *   from registries that never move a tag
 */
export async function putManifest(
  repository: Repository,
  manifest: ManifestToPut,
  options: CallOptions,
): Promise<PutAnswer> {
  for (let tries = 1; ; tries += 1)
    try {
      return await putOnce(repository, manifest, options);
    } catch (error) {
      if (mayBeDone(error, options) && (await isThere(repository, manifest, options))) return {};
      if (tries === MAX_TRIES || !isBusy(error)) throw error;
      await settle(0, repository.pauses, options);
    }
}

async function putOnce(
  repository: Repository,
  { tagOrDigest, mediaType, bytes, entityTag }: ManifestToPut,
  { signal }: CallOptions,
): Promise<PutAnswer> {
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
    throw await answerError(response, repository, { access: 'write', what, mediaType });
  response.discard();
  return { subject: response.header('oci-subject') };
}

/** 412: a retry found what the try before it had put there. */
function mayBeDone(error: unknown, { signal }: CallOptions): boolean {
  return signal?.aborted !== true && (brokeOff(error) || statusOf(error) === 412);
}

async function isThere(
  repository: Repository,
  { tagOrDigest, bytes }: ManifestToPut,
  options: CallOptions,
): Promise<boolean> {
  try {
    const there = await fetchOptional(repository, tagOrDigest, options);
    return there?.descriptor.digest === digestOf(bytes);
  } catch {
    // Whatever keeps it from being read says less than what kept it from being written.
    return false;
  }
}

/**
 * docker-registry 2.8.3 calls a digest invalid while another writer links one of the manifest's
 * blobs anew: it reads the link half written. The digest was computed here, from these bytes.
 */
function isBusy(error: unknown): boolean {
  return error instanceof KongcrateError && error.details['registryCode'] === 'DIGEST_INVALID';
}
