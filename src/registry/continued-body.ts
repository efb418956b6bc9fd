import { Readable } from 'node:stream';
import type { CallOptions } from '../content/content-store.ts';
import type { Descriptor } from '../content/descriptor.ts';
import { readStream } from '../http/read-body.ts';
import type { HttpResponse } from '../http/transport.ts';
import { answerError } from './answer-error.ts';
import { awaitNextTry, brokeOff, LEAST_PROGRESS_BYTES } from './broke-off.ts';
import { blobPath, request, type Repository } from './repository.ts';

/**
 * The body of a blob's answer, and where it breaks off what is missing of it (RFC 9110 14, "range
 * requests"). Nothing is checked here: whoever hashes what comes out sees whether the parts fit.
 * The stream fails with what broke it once the tries are used up without progress.
 */
export function continuedBody(
  repository: Repository,
  blob: { readonly descriptor: Descriptor; readonly first: HttpResponse },
  options: CallOptions,
): Readable {
  const body = new ContinuedBody(repository, blob, options);
  const stream = Readable.from(body.chunks(), { objectMode: false });
  return stream.once('close', () => {
    body.close();
  });
}

class ContinuedBody {
  readonly #repository: Repository;
  readonly #descriptor: Descriptor;
  readonly #options: CallOptions;
  /** A weak one never matches (RFC 9110 13.1.5). */
  readonly #entityTag: string | undefined;
  #part: Readable;
  #doneBytes = 0;
  /** What a server that begins again sends once more. */
  #skippedBytes = 0;

  constructor(
    repository: Repository,
    { descriptor, first }: { readonly descriptor: Descriptor; readonly first: HttpResponse },
    options: CallOptions,
  ) {
    this.#repository = repository;
    this.#descriptor = descriptor;
    this.#options = options;
    const entityTag = first.header('etag');
    this.#entityTag = entityTag?.startsWith('"') === true ? entityTag : undefined;
    this.#part = readStream(first);
  }

  async *chunks(): AsyncGenerator<Buffer, void> {
    let breaks = 0;
    let before = 0;
    for (;;)
      try {
        for await (const chunk of this.#part as AsyncIterable<Buffer>) yield* this.#rest(chunk);
        return;
      } catch (error) {
        if (this.#doneBytes - before >= LEAST_PROGRESS_BYTES) breaks = 0;
        before = this.#doneBytes;
        breaks += 1;
        await this.#continue(error, breaks);
      }
  }

  close(): void {
    this.#part.destroy();
  }

  /** What of a chunk was not handed on before. */
  *#rest(chunk: Buffer): Generator<Buffer, void> {
    const rest = chunk.subarray(this.#skippedBytes);
    this.#skippedBytes -= chunk.length - rest.length;
    this.#doneBytes += rest.length;
    if (rest.length > 0) yield rest;
  }

  async #continue(error: unknown, attempt: number): Promise<void> {
    const { signal } = this.#options;
    const isOver = signal?.aborted === true || attempt >= this.#repository.pauses.tries;
    if (isOver || !brokeOff(error)) throw error;
    await awaitNextTry(this.#repository, { error, attempt }, signal);
    const { digest, size } = this.#descriptor;
    const start = this.#doneBytes;
    const response = await request(this.#repository, ['GET', blobPath(digest)], {
      headers: {
        Range: `bytes=${start}-`,
        ...(this.#entityTag === undefined ? {} : { 'If-Range': this.#entityTag }),
      },
      signal,
    });
    const isPart = response.status === 206;
    if (isPart && !isRange(response.header('content-range'), start, size)) {
      response.discard();
      throw error;
    }
    if (!isPart && response.status !== 200)
      throw await answerError(response, this.#repository, {
        access: 'read',
        what: `blob ${digest}`,
      });
    this.#skippedBytes = isPart ? 0 : start;
    this.#part = readStream(response);
  }
}

/** `bytes FIRST-LAST/SIZE`, as it was asked for. */
function isRange(text: string | undefined, start: number, size: number): boolean {
  const [, first, last, whole] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(text ?? '') ?? [];
  const isWhole = whole === '*' || Number(whole) === size;
  return Number(first) === start && Number(last) === size - 1 && isWhole;
}
