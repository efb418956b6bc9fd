import { KongcrateError } from '../errors/kongcrate-error.ts';
import { checkHost, isLoopbackHost } from './guard-address.ts';
import { redactText, redactUrl } from './redact.ts';
import type { HttpRequest, HttpResponse, Send } from './transport.ts';

export interface RedirectOptions {
  /** Where credentials belong: only its scheme, host and port count. */
  readonly registry: URL;
  /** The most redirects that are followed for one request; default 5. */
  readonly maxHops?: number;
}

const DEFAULT_MAX_HOPS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** All that another origin gets to see; everything else may be a secret. */
const HARMLESS_HEADERS = new Set(['accept', 'accept-encoding', 'range', 'if-range', 'user-agent']);

/**
 * Follows the redirects of GET and HEAD; uploads handle their Location themselves. Once a request
 * is at another origin than the registry's, `mayAuthorize` is false and stays so, and only Accept,
 * Accept-Encoding, Range, If-Range and User-Agent cross over (oras-go GHSA-vh4v-2xq2-g5cg).
 * @throws KongcrateError REDIRECT_REFUSED, and what `send` throws
 */
export function followRedirects(send: Send, options: RedirectOptions): Send {
  const { registry, maxHops = DEFAULT_MAX_HOPS } = options;
  return async (request) => {
    let current = { ...request, mayAuthorize: mayAuthorizeAt(request.url, request, registry) };
    for (let hops = 0; ; hops++) {
      const response = await send(current);
      if (!isRedirect(current, response)) return response;
      response.discard();
      if (hops === maxHops)
        throw refusal('LOOP', `${redactUrl(request.url)} redirects more than ${maxHops} times`);
      const target = checkTarget(response.header('location'), current.url, registry);
      current = redirected(current, target, registry);
    }
  };
}

/** Scheme, host and port: the unit to which credentials belong. */
export function originOf(url: URL): string {
  return url.origin;
}

/**
 * Decides whether a registry may send kongcrate somewhere: a redirect, the Location of an upload, a
 * token server. Relative targets resolve against `from`. Names are checked again when they resolve.
 * @throws KongcrateError REDIRECT_REFUSED; `details.reason` is LOCATION, SCHEME, USERINFO,
 *   DOWNGRADE or ADDRESS
 */
export function checkTarget(location: string | URL | undefined, from: URL, registry: URL): URL {
  if (location === undefined)
    throw refusal('LOCATION', `${redactUrl(from)} redirects without saying where to`);
  if (!URL.canParse(String(location), from.href))
    throw refusal('LOCATION', `${redactUrl(from)} names no URL: ${redactText(String(location))}`);
  const target = new URL(location, from);
  const what = `${redactUrl(from)} leads to ${redactUrl(target)}`;
  if (target.protocol !== 'https:' && target.protocol !== 'http:')
    throw refusal('SCHEME', `${what}, which is neither http nor https`);
  if (target.username !== '' || target.password !== '')
    throw refusal('USERINFO', `${what}, which carries a user name`);
  if (from.protocol === 'https:' && target.protocol === 'http:')
    throw refusal('DOWNGRADE', `${what}, which is not encrypted`);
  checkHost(target.hostname, isLoopbackHost(registry.hostname));
  return target;
}

function isRedirect(request: HttpRequest, response: HttpResponse): boolean {
  const isReading = request.method === 'GET' || request.method === 'HEAD';
  return isReading && REDIRECTS.has(response.status);
}

function redirected(request: HttpRequest, target: URL, registry: URL): HttpRequest {
  const isSameOrigin = originOf(target) === originOf(request.url);
  return {
    ...request,
    url: target,
    headers: isSameOrigin ? request.headers : harmless(request.headers),
    mayAuthorize: mayAuthorizeAt(target, request, registry),
  };
}

function mayAuthorizeAt(url: URL, request: HttpRequest, registry: URL): boolean {
  return request.mayAuthorize && originOf(url) === originOf(registry);
}

function harmless(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => HARMLESS_HEADERS.has(name.toLowerCase())),
  );
}

function refusal(reason: string, message: string): KongcrateError {
  return new KongcrateError('REDIRECT_REFUSED', message, {
    remedy: 'The registry is set up wrongly or is not to be trusted; ask who runs it.',
    details: { reason },
  });
}
