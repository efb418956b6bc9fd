import { KongcrateError } from '../../errors/kongcrate-error.ts';
import { parseRepositoryName } from '../../reference/reference.ts';
import { canonicalHost } from '../../registry/credentials/registry-key.ts';

const WILDCARD = '*.';

/**
 * Reads `HOST[:PORT][/PATH]`, into the one spelling in which names are compared.
 * @throws KongcrateError USAGE
 */
export function parsePlace(text: string): string {
  const [host = '', ...path] = text.split('/');
  try {
    if (!/[.:]|^localhost$/.test(host)) throw invalid(text, 'it names no registry');
    // Whatever may follow a prefix: the grammar of names then holds for the prefix too.
    parseRepositoryName([host, ...path, 'any', 'any'].join('/'));
  } catch (cause) {
    throw invalid(text, 'no registry and no part of one is called so', cause);
  }
  return [canonicalHost(host), ...path].join('/');
}

/**
 * Reads a prefix: a place, or `*.HOST` for every name below a host.
 * @throws KongcrateError USAGE
 */
export function parsePrefix(text: string): string {
  if (!text.startsWith(WILDCARD)) return parsePlace(text);
  const host = parsePlace(text.slice(WILDCARD.length));
  if (!host.includes('/')) return `${WILDCARD}${host}`;
  throw invalid(text, 'behind a star only a host may stand');
}

function invalid(text: string, why: string, cause?: unknown): KongcrateError {
  const message = `${JSON.stringify(text)} is no place in a registry: ${why}`;
  return new KongcrateError('USAGE', message, {
    remedy: 'Write HOST[:PORT][/PATH] in lower case, without https:// and without a tag.',
    cause,
  });
}
