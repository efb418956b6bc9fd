import { KongcrateError } from '../errors/kongcrate-error.ts';

/**
 * What is wrong with a key, with the `--key` it came from: several may have been given, and the
 * code that reads keys sees only their text.
 */
export function nameKey(name: string, error: unknown): unknown {
  if (!(error instanceof KongcrateError) || error.category !== 'usage') return error;
  const { code, message, remedy, details } = error;
  return new KongcrateError(code, `${name}: ${message}`, { remedy, details, cause: error });
}
