import { checkedBytes, type Content } from '../content/content.ts';
import type { CallOptions, StoreOptions } from '../content/content-store.ts';
import type { Descriptor } from '../content/descriptor.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { checkTarget, originOf } from '../http/follow-redirects.ts';
import { answerError, statusOf, type Step } from './answer-error.ts';
import { hasContent } from './read-blob.ts';
import { request, type Repository } from './repository.ts';

/** Content with its descriptor; bytes at hand have been checked against it. */
export interface Blob {
  readonly descriptor: Descriptor;
  readonly content: Content;
}

/** `mountFrom` is a repository of the same registry that has the blob. */
export type UploadOptions = CallOptions & Pick<StoreOptions, 'mountFrom'>;

/** Up to here, sending costs no more than asking first whether it is there. */
const SMALL_BYTES = 64 * 1024;
/** Object stores copy the bytes once more before they answer. */
const COMMIT_TIMEOUT_MS = 10 * 60 * 1000;
const MAX_SESSIONS = 2;

/**
 * Uploads a blob in one piece: OCI distribution-spec, "POST then PUT". One that is there is not
 * sent again. An upload that broke off is looked for, since its answer alone may be lost, and
 * begun once more.
 * @returns false where the registry said that it has the blob
 * @throws KongcrateError REGISTRY_ERROR, REGISTRY_LIMIT, REDIRECT_REFUSED, NETWORK_FAILED
 */
export async function uploadBlob(
  repository: Repository,
  blob: Blob,
  options: UploadOptions,
): Promise<boolean> {
  const { descriptor } = blob;
  const isLarge = descriptor.size > SMALL_BYTES;
  if (isLarge && (await hasContent(repository, descriptor, options))) return false;
  for (let session = 1; ; session += 1)
    try {
      return await sendBlob(repository, blob, options);
    } catch (error) {
      if (options.signal?.aborted || !brokeOff(error)) throw error;
      if (await hasContent(repository, descriptor, options).catch(() => false)) return true;
      if (session === MAX_SESSIONS) throw error;
    }
}

async function sendBlob(
  repository: Repository,
  { descriptor, content }: Blob,
  { signal, mountFrom = repository.name }: UploadOptions,
): Promise<boolean> {
  const { digest } = descriptor;
  const step: Step = { access: 'write', what: `blob ${digest}` };
  // Mounting from the repository itself asks in the same request whether it has the blob.
  const query = `mount=${digest}&from=${encodeURIComponent(mountFrom)}`;
  const begun = await request(repository, ['POST', `blobs/uploads/?${query}`], { signal });
  if (begun.status !== 202 && begun.status !== 201)
    throw await answerError(begun, repository, step);
  begun.discard();
  if (begun.status === 201) return false;
  // Only where a redirect may lead (go-containerregistry TestNextLocationSSRFProtection).
  const url = checkTarget(begun.header('location'), begun.url, repository.registry);
  url.search += `${url.search === '' ? '?' : '&'}digest=${encodeURIComponent(digest)}`;
  const done = await repository.send({
    method: 'PUT',
    url,
    headers: { 'Content-Type': 'application/octet-stream' },
    body: await checkedBytes(content, descriptor),
    ...(signal ? { signal } : {}),
    // A pre-signed place elsewhere carries its own permission (oras-go CVE-2026-50151).
    mayAuthorize: originOf(url) === originOf(repository.registry),
    headersTimeoutMs: COMMIT_TIMEOUT_MS,
  });
  if (done.status < 200 || done.status > 204) throw await answerError(done, repository, step);
  done.discard();
  return true;
}

/** The connection ended, or the registry forgot the upload: also what follows a lost answer. */
function brokeOff(error: unknown): boolean {
  if (!(error instanceof KongcrateError)) return false;
  const status = statusOf(error) ?? 0;
  return error.code === 'NETWORK_FAILED' || status === 404 || status === 416 || status >= 500;
}
