import type { CallOptions, StoreOptions } from '../content/content-store.ts';
import type { Descriptor } from '../content/descriptor.ts';
import { checkTarget, originOf } from '../http/follow-redirects.ts';
import type { HttpRequest, HttpResponse } from '../http/transport.ts';
import { answerError } from './answer-error.ts';
import { request, type Repository } from './repository.ts';

/** An upload as it stands: where its next request goes. */
export interface UploadSession {
  readonly url: URL;
  /** The least that a chunk but the last one must have, in bytes. */
  readonly leastChunkBytes: number;
}

/** Object stores copy the bytes once more before they answer. */
const COMMIT_TIMEOUT_MS = 10 * 60 * 1000;

/**
 * Begins an upload: OCI distribution-spec, "pushing blobs".
 * @returns nothing where the registry has the blob, or takes it over from `mountFrom`
 * @throws KongcrateError REGISTRY_ERROR, REGISTRY_LIMIT, REDIRECT_REFUSED, NETWORK_FAILED
 */
export async function beginUpload(
  repository: Repository,
  { digest }: Descriptor,
  // Mounting from the repository itself asks in the same request whether it has the blob.
  { signal, mountFrom = repository.name }: CallOptions & Pick<StoreOptions, 'mountFrom'>,
): Promise<UploadSession | undefined> {
  const query = `mount=${digest}&from=${encodeURIComponent(mountFrom)}`;
  const path = `blobs/uploads/?${query}`;
  const begun = await request(repository, ['POST', path], { signal, isRepeatable: true });
  if (begun.status !== 202 && begun.status !== 201)
    throw await answerError(begun, repository, { access: 'write', what: `blob ${digest}` });
  begun.discard();
  if (begun.status === 201) return undefined;
  const leastChunk = begun.header('oci-chunk-min-length') ?? '';
  return {
    // Only where a redirect may lead (go-containerregistry TestNextLocationSSRFProtection).
    url: checkTarget(begun.header('location'), begun.url, repository.registry),
    leastChunkBytes: /^\d+$/.test(leastChunk) ? Number(leastChunk) : 0,
  };
}

/** Where an upload goes on after an answer to it; a registry that says nothing means the same place. */
export function nextLocation(answer: HttpResponse, { registry }: Repository): URL {
  const location = answer.header('location');
  return location === undefined ? answer.url : checkTarget(location, answer.url, registry);
}

/** Ends an upload with its last bytes, or all of them. */
export async function endUpload(
  repository: Repository,
  { url, digest }: { readonly url: URL; readonly digest: string },
  { body, signal }: Pick<HttpRequest, 'body'> & CallOptions,
): Promise<void> {
  const place = new URL(url);
  place.search += `${url.search === '' ? '?' : '&'}digest=${encodeURIComponent(digest)}`;
  const done = await sendToUpload(repository, place, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/octet-stream' },
    body: body ?? new Uint8Array(),
    ...(signal ? { signal } : {}),
    headersTimeoutMs: COMMIT_TIMEOUT_MS,
  });
  if (done.status < 200 || done.status > 204)
    throw await answerError(done, repository, { access: 'write', what: `blob ${digest}` });
  done.discard();
}

/** Sends a request to an upload. */
export function sendToUpload(
  { send, registry }: Repository,
  url: URL,
  parts: Omit<HttpRequest, 'url' | 'mayAuthorize'>,
): Promise<HttpResponse> {
  // A pre-signed place elsewhere carries its own permission (oras-go CVE-2026-50151).
  return send({ ...parts, url, mayAuthorize: originOf(url) === originOf(registry) });
}
