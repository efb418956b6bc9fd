import type { CallOptions } from '../content/content-store.ts';
import { MAX_MANIFEST_BYTES } from '../content/manifest.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { originOf } from '../http/follow-redirects.ts';
import { readBody } from '../http/read-body.ts';
import type { HttpResponse } from '../http/transport.ts';
import { answerError } from './answer-error.ts';
import { nameOf, type Repository } from './repository.ts';

const MAX_PAGES = 10;

export interface PageOptions extends CallOptions {
  /** What is listed, for errors. */
  readonly what: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Reads a list page by page, following `Link: <…>; rel="next"` (RFC 8288) on the registry's own
 * origin: 10 pages of 4 MiB at most.
 * @throws KongcrateError REGISTRY_ERROR when there are more, REDIRECT_REFUSED
 */
export async function* readPages(
  repository: Repository,
  first: HttpResponse,
  { what, headers = {}, signal }: PageOptions,
): AsyncGenerator<Buffer, void> {
  let response = first;
  for (let page = 1; ; page += 1) {
    if (response.status !== 200)
      throw await answerError(response, repository, { access: 'read', what });
    yield await readBody(response, MAX_MANIFEST_BYTES);
    const url = nextPage(response, repository);
    if (!url) return;
    if (page === MAX_PAGES) throw tooLong(repository, what);
    const hop = { method: 'GET', url, headers, mayAuthorize: true } as const;
    response = await repository.send(signal ? { ...hop, signal } : hop);
  }
}

function nextPage(response: HttpResponse, { registry }: Repository): URL | undefined {
  const target = nextTarget(response.header('link') ?? '');
  if (target === undefined) return undefined;
  const url = URL.canParse(target, response.url.href) ? new URL(target, response.url) : undefined;
  // go-containerregistry checks this too: a list has no business elsewhere.
  if (url && originOf(url) === originOf(registry)) return url;
  throw new KongcrateError(
    'REDIRECT_REFUSED',
    `${registry.host} sends readers of a list elsewhere: ${JSON.stringify(url?.origin ?? 'no URL')}`,
    { remedy: 'Tell whoever runs the registry; the pages of a list must stay on its own host.' },
  );
}

/** The target of the first link that is `rel=next`; a target holds no angle brackets. */
function nextTarget(header: string): string | undefined {
  for (const [, target, parameters = ''] of header.matchAll(/<([^<>]*)>([^<]*)/g))
    if (/;\s*rel\s*=\s*"?next\b/i.test(parameters)) return target;
  return undefined;
}

function tooLong(repository: Repository, what: string): KongcrateError {
  return new KongcrateError(
    'REGISTRY_ERROR',
    `${nameOf(repository)} has more than ${MAX_PAGES} pages of ${what}; the rest was not read`,
    { remedy: 'Delete what is not needed from this repository, or use another one.' },
  );
}
