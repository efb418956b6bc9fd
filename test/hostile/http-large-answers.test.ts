import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/reference/digest.ts';
import { verifiedStream } from '../../src/content/verified-stream.ts';
import { readBody, readStream } from '../../src/http/read-body.ts';
import { expectError } from '../support/expect-error.ts';
import { get, makeSend } from '../http/make-send.ts';
import { startServer } from '../http/start-server.ts';

// R13: go-containerregistry maxTokenBodySize, maxErrorBodySize. R2: oras-go GHSA-f36w-mj3v-6jqv.

const LIMIT_BYTES = 65_536;

function pourEndlessly(response: ServerResponse): void {
  const piece = Buffer.alloc(65_536, 'x');
  const pour = (): void => {
    while (!response.destroyed && response.write(piece));
  };
  response.on('drain', pour);
  pour();
}

/** A server that never stops, with how it learns that it was hung up on. */
async function endlessServer(
  headers: Record<string, string>,
): Promise<{ readonly url: URL; readonly hungUp: Promise<void> }> {
  let hangUp = (): void => undefined;
  const hungUp = new Promise<void>((resolve) => (hangUp = resolve));
  const url = await startServer((_request, response) => {
    response.on('close', hangUp);
    response.writeHead(500, headers);
    pourEndlessly(response);
  });
  return { url, hungUp };
}

describe('R13: an answer without end', () => {
  it.each([{}, { 'Content-Length': '1000000000' }])('%j is cut at the limit', async (headers) => {
    const { url, hungUp } = await endlessServer(headers);
    const response = await makeSend()(get(url));
    const error = await expectError(() => readBody(response, LIMIT_BYTES), 'REGISTRY_ERROR');
    expect(error.message).toContain(`${LIMIT_BYTES} bytes`);
    await hungUp;
  });

  it('is cut too where nobody wants to read it', async () => {
    const { url, hungUp } = await endlessServer({});
    (await makeSend()(get(url))).discard();
    await hungUp;
  });
});

describe('R2: a blob longer or shorter than its descriptor', () => {
  const bytes = Buffer.from('layer');
  const descriptor = { mediaType: 'application/x', digest: digestOf(bytes), size: bytes.length };

  it('endless: refused after the first byte too many, and hung up on', async () => {
    const { url, hungUp } = await endlessServer({});
    const stream = verifiedStream(readStream(await makeSend()(get(url))), descriptor);
    await expectError(() => stream.toArray(), 'SIZE_MISMATCH');
    await hungUp;
  });

  it('shorter: refused at its end', async () => {
    const url = await startServer((_request, response) => response.end('lay'));
    const stream = verifiedStream(readStream(await makeSend()(get(url))), descriptor);
    await expectError(() => stream.toArray(), 'SIZE_MISMATCH');
  });
});
