import { KongcrateError } from '../errors/kongcrate-error.ts';
import { findSwallowed } from './plugin-list.ts';

/**
 * Refuses a list of plugins into which the next setting was drawn: to edit it would change that one,
 * and to show it would show its value.
 * @throws KongcrateError USAGE
 */
export function refuseSwallowed(items: readonly string[]): void {
  const swallowed = findSwallowed(items);
  if (swallowed === undefined) return;
  throw new KongcrateError('USAGE', `the list of plugins goes on into the setting ${swallowed}`, {
    remedy: `Take the backslash away from the end of the line before ${swallowed}.`,
  });
}
