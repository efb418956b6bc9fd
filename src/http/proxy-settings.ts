import { KongcrateError } from '../errors/kongcrate-error.ts';
import { isLoopbackHost } from './guard-address.ts';
import { createNoProxy } from './no-proxy.ts';
import { redactText } from './redact.ts';

/** Variables by name, such as a copy of the process's environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY, in lower case first, as curl and Go do.
 * Loopback is never proxied. User name and password of a proxy's URL are used and never shown.
 * @returns the proxy for a URL; it throws KongcrateError USAGE where a variable holds no URL
 */
export function createProxyFor(environment: Environment): (url: URL) => URL | undefined {
  const isExempt = createNoProxy(environment['no_proxy'] ?? environment['NO_PROXY'] ?? '');
  return (url) => {
    if (isLoopbackHost(url.hostname) || isExempt(url)) return undefined;
    const name = variablesFor(url, environment).find((variable) => environment[variable]);
    return name === undefined ? undefined : parseProxy(name, environment[name] ?? '');
  };
}

function variablesFor(url: URL, environment: Environment): readonly string[] {
  const lower = `${url.protocol.slice(0, -1)}_proxy`;
  // In a CGI program HTTP_PROXY is the client's header Proxy (CVE-2016-5385, "httpoxy").
  const isForeign = lower === 'http_proxy' && environment['REQUEST_METHOD'] !== undefined;
  return [lower, ...(isForeign ? [] : [lower.toUpperCase()]), 'all_proxy', 'ALL_PROXY'];
}

function parseProxy(variable: string, value: string): URL {
  const text = value.includes('://') ? value : `http://${value}`;
  if (URL.canParse(text)) return new URL(text);
  throw new KongcrateError('USAGE', `${variable} holds no URL: ${redactText(text)}`, {
    remedy: `Set ${variable} to http://HOST:PORT, or unset it.`,
  });
}
