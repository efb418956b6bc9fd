import { unescape } from 'node:querystring';
import type { CallOptions } from '../content/content-store.ts';
import type { ErrorCode } from '../errors/catalogue.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { createSend } from '../http/create-send.ts';
import { followRedirects } from '../http/follow-redirects.ts';
import { isLoopbackHost } from '../http/guard-address.ts';
import { readStream } from '../http/read-body.ts';
import type { HttpResponse } from '../http/transport.ts';
import { withRetries } from '../http/with-retries.ts';
import type { RegistryAccess } from './open-repository.ts';
import { nameOfUrl } from './file-url.ts';

export interface DownloadOptions extends CallOptions {
  readonly registry?: RegistryAccess | undefined;
  /** The most bytes that the file may have. */
  readonly limitBytes: number;
  /** The flag that raises the limit, where there is one. */
  readonly limitFlag?: string;
}

/**
 * Downloads one file whole, as the transport allows it; no login of a registry goes along. What the
 * URL has as userinfo goes to its own origin only.
 * @throws KongcrateError USAGE for plain HTTP to another machine; NOT_FOUND, AUTHENTICATION_FAILED,
 *   REGISTRY_LIMIT, REGISTRY_ERROR, REDIRECT_REFUSED, NETWORK_FAILED, TIMED_OUT, CONTENT_TOO_LARGE
 */
export async function downloadFile(text: string, options: DownloadOptions): Promise<Buffer> {
  const { registry: access = {}, signal } = options;
  const url = new URL(text);
  const isLocal = isLoopbackHost(url.hostname);
  if (url.protocol === 'http:' && !isLocal && access.plainHttp !== true)
    throw new KongcrateError('USAGE', `${nameOfUrl(url)} is not encrypted`, {
      remedy: 'Give an https:// address, or --plain-http if you must.',
    });
  const headers = authorizationOf(url);
  url.username = url.password = '';
  const transport = createSend({ ...access, allowLoopback: isLocal });
  const send = withRetries(followRedirects(transport.send, { registry: url }), {
    ...access.retries,
    log: access.log,
  });
  try {
    const request = { method: 'GET', url, headers, mayAuthorize: true } as const;
    const response = await send({ ...request, ...(signal ? { signal } : {}) });
    if (response.status === 200) return await readWithin(response, url, options);
    response.discard();
    throw unexpectedAnswer(response.status, url);
  } finally {
    transport.close();
  }
}

/** As a header it stays at its origin when the server leads elsewhere. */
function authorizationOf({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === '' && password === '') return {};
  const login = `${unescape(username)}:${unescape(password)}`;
  return { Authorization: `Basic ${Buffer.from(login).toString('base64')}` };
}

async function readWithin(
  response: HttpResponse,
  url: URL,
  { limitBytes, limitFlag, signal }: DownloadOptions,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let seenBytes = 0;
  const announcedBytes = Number(response.header('content-length') ?? 0);
  const stream = readStream(response);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      signal?.throwIfAborted();
      seenBytes += chunk.length;
      if (Math.max(seenBytes, announcedBytes) > limitBytes)
        throw tooLarge(url, limitBytes, limitFlag);
      chunks.push(chunk);
    }
  } finally {
    stream.destroy();
  }
  return Buffer.concat(chunks);
}

function tooLarge(url: URL, limitBytes: number, limitFlag: string | undefined): KongcrateError {
  return new KongcrateError(
    'CONTENT_TOO_LARGE',
    `${nameOfUrl(url)} has more than the limit of ${limitBytes} bytes`,
    {
      remedy:
        limitFlag === undefined
          ? 'Check the address: nothing of its kind is that large.'
          : `Raise the limit with ${limitFlag} if you expect a file of this size.`,
    },
  );
}

function unexpectedAnswer(status: number, url: URL): KongcrateError {
  const message = `${nameOfUrl(url)}: the server answered ${status}`;
  const [code, remedy] = meaningOf(status);
  return new KongcrateError(code, message, { remedy, details: { status } });
}

function meaningOf(status: number): readonly [code: ErrorCode, remedy: string] {
  if (status === 404 || status === 410) return ['NOT_FOUND', 'Check the address.'];
  if (status === 401)
    return ['AUTHENTICATION_FAILED', 'Give the address with USER:PASSWORD@ before the host.'];
  if (status === 429 || status === 503)
    return ['REGISTRY_LIMIT', 'Wait, then run the same command again.'];
  return ['REGISTRY_ERROR', 'Check the address, and ask who runs the server.'];
}
