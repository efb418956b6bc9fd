import type { Readable } from 'node:stream';
import { checkedBytes, MAX_BUFFERED_BYTES, type Content } from '../content/content.ts';
import type { CallOptions, StoreOptions } from '../content/content-store.ts';
import type { Descriptor } from '../content/descriptor.ts';
import { verifiedStream } from '../content/verified-stream.ts';
import type { StreamedBody } from '../http/transport.ts';
import { awaitNextTry, lostSession } from './broke-off.ts';
import { hasContent } from './read-blob.ts';
import type { Repository } from './repository.ts';
import { uploadChunks } from './upload-chunks.ts';
import { beginUpload, endUpload } from './upload-session.ts';

/** Content with its descriptor; bytes at hand have been checked against it. */
export interface Blob {
  readonly descriptor: Descriptor;
  readonly content: Content;
}

/** `mountFrom` is a repository of the same registry that has the blob. */
export type UploadOptions = CallOptions & Pick<StoreOptions, 'mountFrom'>;

/** Up to here, sending costs no more than asking first whether it is there. */
const SMALL_BYTES = 64 * 1024;
/** A registry that wants larger chunks gets the blob in one piece: nobody holds so much. */
const MAX_CHUNK_BYTES = 64 * 1024 * 1024;

/**
 * Uploads a blob: in one piece (OCI distribution-spec, "POST then PUT"), above 16 MiB in chunks. One
 * that is there is not sent again. An upload that broke off is looked for, since its answer alone
 * may be lost, and begun once more.
 * @returns false where the registry said that it has the blob
 * @throws KongcrateError REGISTRY_ERROR, REGISTRY_LIMIT, REDIRECT_REFUSED, NETWORK_FAILED, TIMED_OUT
 */
export async function uploadBlob(
  repository: Repository,
  blob: Blob,
  options: UploadOptions,
): Promise<boolean> {
  const { descriptor } = blob;
  const isLarge = descriptor.size > SMALL_BYTES;
  if (isLarge && (await hasContent(repository, descriptor, options))) return false;
  for (let attempt = 1; ; attempt += 1)
    try {
      return await sendBlob(repository, blob, options);
    } catch (error) {
      if (options.signal?.aborted || !lostSession(error)) throw error;
      if (await hasContent(repository, descriptor, options).catch(() => false)) return true;
      if (attempt >= repository.pauses.tries) throw error;
      await awaitNextTry(repository, { error, attempt }, options.signal);
    }
}

async function sendBlob(
  repository: Repository,
  blob: Blob,
  options: UploadOptions,
): Promise<boolean> {
  const { size, digest } = blob.descriptor;
  const session = await beginUpload(repository, blob.descriptor, options);
  if (!session) return false;
  const isChunked = size > MAX_BUFFERED_BYTES && session.leastChunkBytes <= MAX_CHUNK_BYTES;
  const end = isChunked && (await uploadChunks(repository, { ...blob, session }, options));
  if (end) {
    await endUpload(repository, { url: end, digest }, options);
    return true;
  }
  // What refused a chunk may have ended the upload with it.
  const other = isChunked ? await beginUpload(repository, blob.descriptor, options) : session;
  if (!other) return false;
  await endUpload(repository, { url: other.url, digest }, { ...options, body: await bodyOf(blob) });
  return true;
}

async function bodyOf({ descriptor, content }: Blob): Promise<Uint8Array | StreamedBody> {
  if (typeof content !== 'function') return content;
  if (descriptor.size <= MAX_BUFFERED_BYTES) return checkedBytes(content, descriptor);
  const open = async (): Promise<Readable> => verifiedStream(await content(), descriptor);
  return { length: descriptor.size, open };
}
