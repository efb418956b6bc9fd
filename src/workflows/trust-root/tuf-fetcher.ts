import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fetcher } from 'tuf-js';
import { DownloadHTTPError } from 'tuf-js/dist/error.js';
import { KongcrateError } from '../../errors/kongcrate-error.ts';
import { readBody } from '../../http/read-body.ts';
import { redactUrl } from '../../http/redact.ts';
import type { HttpResponse, Send } from '../../http/transport.ts';

export interface TufFetcherOptions {
  readonly send: Send;
  /** For what is being downloaded. */
  readonly directory: string;
  readonly signal: AbortSignal | undefined;
}

/** TUF asks for the next root until there is none; some servers of files say 403 for that. */
const NEXT_ROOT = /\/\d+\.root\.json$/;
const NO_NEXT_ROOT = [403, 404];

/** Downloads for tuf-js through the transport; no redirect is followed, to nowhere. */
export class TufFetcher implements Fetcher {
  readonly #options: TufFetcherOptions;
  #failure: unknown;

  constructor(options: TufFetcherOptions) {
    this.#options = options;
  }

  /** The first download that failed: tuf-js keeps of some only the text. */
  get failure(): unknown {
    return this.#failure;
  }

  async downloadBytes(url: string, maxLength: number): Promise<Buffer> {
    try {
      return await this.#download(new URL(url), maxLength);
    } catch (error) {
      if (!(error instanceof DownloadHTTPError)) this.#failure ??= error;
      throw error;
    }
  }

  async downloadFile<Result>(
    url: string,
    maxLength: number,
    handler: (file: string) => Promise<Result>,
  ): Promise<Result> {
    const file = join(this.#options.directory, 'download');
    writeFileSync(file, await this.downloadBytes(url, maxLength));
    return handler(file);
  }

  async #download(url: URL, limitBytes: number): Promise<Buffer> {
    const { send, signal } = this.#options;
    const request = { method: 'GET', url, headers: {}, mayAuthorize: true } as const;
    const response = await send({ ...request, ...(signal ? { signal } : {}) });
    if (response.status === 200) return readBody(response, limitBytes);
    response.discard();
    if (NEXT_ROOT.test(url.pathname) && NO_NEXT_ROOT.includes(response.status))
      throw new DownloadHTTPError('there is no newer root', response.status);
    throw unexpectedAnswer(response);
  }
}

function unexpectedAnswer({ url, status }: HttpResponse): KongcrateError {
  const what = `${redactUrl(url)} answered ${status}`;
  const details = { status };
  if (status === 404)
    return new KongcrateError('NOT_FOUND', what, {
      remedy: 'Check --mirror: it must be the address of a TUF repository.',
      details,
    });
  if (status >= 300 && status < 400)
    return new KongcrateError('REDIRECT_REFUSED', `${what}: it leads elsewhere`, {
      remedy: 'Give --mirror the address where the repository itself is.',
      details: { ...details, reason: 'LOCATION' },
    });
  return new KongcrateError('REGISTRY_ERROR', `${what} where a TUF mirror says 200`, {
    remedy: 'Check --mirror, or try again later.',
    details,
  });
}
