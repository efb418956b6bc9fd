import { inspect } from 'node:util';
import { KongcrateError, messageOf } from '../errors/kongcrate-error.ts';
import { printable, printableJson } from '../errors/printable.ts';

/** Turns anything thrown into an error with a code and a remedy. */
export function asKongcrateError(thrown: unknown): KongcrateError {
  if (thrown instanceof KongcrateError) return thrown;
  if (thrown instanceof Error && thrown.name === 'AbortError')
    return new KongcrateError('INTERRUPTED', 'interrupted', {
      remedy: 'Nothing was left half done; run the command again.',
      cause: thrown,
    });
  return new KongcrateError('UNEXPECTED', `unexpected error: ${messageOf(thrown)}`, {
    remedy: 'This is a fault of kongcrate: report it with the output of the command and --verbose.',
    cause: thrown,
  });
}

/** Two lines for people: what happened, and what to do. With `verbose` also the cause. */
export function renderErrorText(error: KongcrateError, verbose: boolean): string {
  const lines = [`error: ${printable(error.message)}`, `  → ${printable(error.remedy)}`];
  if (verbose) lines.push(inspect(error, { depth: 3 }));
  return `${lines.join('\n')}\n`;
}

/** One object for programs; documented in docs/exit-codes.md. */
export function renderErrorJson(error: KongcrateError): string {
  return `${printableJson(errorDocument(error))}\n`;
}

export function errorDocument(error: KongcrateError): { readonly error: object } {
  const { code, category, message, remedy, retryable, details } = error;
  return { error: { code, category, message, remedy, retryable, details } };
}
