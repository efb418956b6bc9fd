import type { CallOptions } from '../content/content-store.ts';
import { MAX_BUFFERED_BYTES } from '../content/content.ts';
import { Pieces } from '../content/pieces.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { HttpResponse } from '../http/transport.ts';
import { answerError, statusOf } from './answer-error.ts';
import { awaitNextTry, brokeOff, LEAST_PROGRESS_BYTES, lostSession } from './broke-off.ts';
import type { Repository } from './repository.ts';
import type { Blob } from './upload-blob.ts';
import { nextLocation, sendToUpload, type UploadSession } from './upload-session.ts';

/** How far an upload has come. */
interface Progress {
  readonly url: URL;
  readonly doneBytes: number;
}

interface Chunk extends Progress {
  readonly digest: string;
  readonly bytes: Uint8Array;
}

/** How registries say to a first chunk that they take none. */
const NO_CHUNKS = new Set([400, 404, 405, 411, 415, 501]);

/**
 * Sends a blob in chunks: OCI distribution-spec, "pushing a blob in chunks". Where one breaks off,
 * the registry is asked how much has arrived, so at most one is sent again.
 * @returns where the upload is ended; nothing where the registry takes no chunks
 * @throws KongcrateError as {@link answerError}, NETWORK_FAILED, TIMED_OUT: the upload has to begin
 *   anew where {@link lostSession} says so
 */
export async function uploadChunks(
  repository: Repository,
  { descriptor, content, session }: Blob & { readonly session: UploadSession },
  { signal }: CallOptions,
): Promise<URL | undefined> {
  const chunkBytes = Math.max(MAX_BUFFERED_BYTES, session.leastChunkBytes);
  const pieces = new Pieces(descriptor, content, chunkBytes);
  let progress: Progress = { url: session.url, doneBytes: 0 };
  let breaks = 0;
  let furthestBytes = 0;
  try {
    while (progress.doneBytes < descriptor.size) {
      const before = progress.doneBytes;
      const bytes = await pieces.from(before);
      const chunk = { ...progress, digest: descriptor.digest, bytes };
      try {
        progress = await sendChunk(repository, chunk, signal);
      } catch (error) {
        if (before === 0 && NO_CHUNKS.has(statusOf(error) ?? 0)) return undefined;
        breaks += 1;
        progress = await recover(repository, { ...chunk, error, breaks }, signal);
      }
      // What is sent a second time is no progress: a registry that forgets gets no end of tries.
      if (progress.doneBytes - furthestBytes >= LEAST_PROGRESS_BYTES) breaks = 0;
      furthestBytes = Math.max(furthestBytes, progress.doneBytes);
    }
    return progress.url;
  } finally {
    await pieces.close();
  }
}

async function sendChunk(
  repository: Repository,
  { url, doneBytes, digest, bytes }: Chunk,
  signal: AbortSignal | undefined,
): Promise<Progress> {
  const endBytes = doneBytes + bytes.length;
  const answer = await sendToUpload(repository, url, {
    method: 'PATCH',
    headers: {
      'Content-Type': 'application/octet-stream',
      'Content-Range': `${doneBytes}-${endBytes - 1}`,
    },
    body: bytes,
    ...(signal ? { signal } : {}),
  });
  if (answer.status < 200 || answer.status > 204)
    throw await answerError(answer, repository, { access: 'write', what: `blob ${digest}` });
  answer.discard();
  const arrived = Math.min(arrivedBytes(answer) ?? endBytes, endBytes);
  if (arrived - doneBytes < Math.min(bytes.length, LEAST_PROGRESS_BYTES))
    throw astray(digest, `took ${endBytes} bytes and counts ${arrived}`);
  return { url: nextLocation(answer, repository), doneBytes: arrived };
}

/** Asks how much has arrived: OCI distribution-spec, "pushing a blob in chunks", `204` with Range. */
async function recover(
  repository: Repository,
  broken: Chunk & { readonly error: unknown; readonly breaks: number },
  signal: AbortSignal | undefined,
): Promise<Progress> {
  const { error, breaks, url, digest } = broken;
  const isOver = signal?.aborted === true || breaks >= repository.pauses.tries;
  if (isOver || !(brokeOff(error) || lostSession(error))) throw error;
  await awaitNextTry(repository, { error, attempt: breaks }, signal);
  const parts = { method: 'GET', headers: {}, ...(signal ? { signal } : {}) } as const;
  const answer = await sendToUpload(repository, url, parts);
  answer.discard();
  // docker-registry ends an upload of which a part of a chunk has arrived: it begins anew then.
  if (answer.status !== 204) throw error;
  const arrived = arrivedBytes(answer) ?? 0;
  const sentBytes = broken.doneBytes + broken.bytes.length;
  if (arrived > sentBytes)
    throw astray(digest, `was sent ${sentBytes} bytes and counts ${arrived}`);
  return { url: nextLocation(answer, repository), doneBytes: arrived };
}

/** As a 416: the upload stands elsewhere than was thought, and begins anew. */
function astray(digest: string, what: string): KongcrateError {
  return new KongcrateError('REGISTRY_ERROR', `the registry ${what} of blob ${digest}`, {
    remedy: 'Its uploads do not work: show this, with --verbose, to whoever runs the registry.',
    details: { status: 416 },
  });
}

/** `Range: 0-N`, where N is the last byte; docker-registry says `0-0` for nothing at all. */
function arrivedBytes(answer: HttpResponse): number | undefined {
  const last = /^(?:bytes=)?0-(\d{1,15})$/.exec(answer.header('range') ?? '')?.[1];
  if (last === undefined) return undefined;
  return last === '0' ? 0 : Number(last) + 1;
}
