import { Readable } from 'node:stream';
import { errnoOf, KongcrateError } from '../errors/kongcrate-error.ts';
import { networkError } from './network-error.ts';
import { redactUrl } from './redact.ts';
import type { HttpResponse } from './transport.ts';

/**
 * Reads a body whole, up to a limit in bytes; beyond it the connection is cut.
 * @throws KongcrateError REGISTRY_ERROR beyond the limit, NETWORK_FAILED, TIMED_OUT
 */
export async function readBody(response: HttpResponse, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let seenBytes = 0;
  for await (const chunk of chunksOf(response)) {
    seenBytes += chunk.length;
    if (seenBytes > limitBytes) throw tooLarge(response, limitBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * A body as a stream that fails with NETWORK_FAILED or TIMED_OUT, also for a reader that comes
 * after the failure. Destroying it closes the connection.
 */
export function readStream(response: HttpResponse): Readable {
  const stream = Readable.from(chunksOf(response), { objectMode: false });
  return stream.once('close', () => response.body.destroy());
}

async function* chunksOf(response: HttpResponse): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of response.body) yield chunk as Buffer;
  } catch (error) {
    // What the caller's signal was aborted with has no errno and reaches the caller as it is.
    if (errnoOf(error) === undefined) throw error;
    throw networkError(error, `reading ${redactUrl(response.url)}`);
  }
}

function tooLarge(response: HttpResponse, limitBytes: number): KongcrateError {
  return new KongcrateError(
    'REGISTRY_ERROR',
    `the answer of ${redactUrl(response.url)} is larger than the limit of ${limitBytes} bytes`,
    {
      remedy: 'No registry needs so much here; check the address, and ask who runs the registry.',
      details: { reason: 'ANSWER_TOO_LARGE', limitBytes },
    },
  );
}
