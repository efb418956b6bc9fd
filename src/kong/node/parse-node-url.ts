import { KongcrateError } from '../../errors/kongcrate-error.ts';

/**
 * Reads the address of an Admin or status API.
 * @throws KongcrateError USAGE, without the address: it may hold a password
 */
export function parseNodeUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url?.username === '' && url.password === '' && url.search === '';
  if (url && isPlain && /^https?:$/.test(url.protocol)) return url;
  throw new KongcrateError('USAGE', 'the address of a node has to begin with http:// or https://', {
    remedy: 'Leave out password and query: credentials go into --admin-header.',
  });
}
