import { setImmediate } from 'node:timers/promises';
import { KongcrateError } from '../errors/kongcrate-error.ts';

/** @throws KongcrateError INTERRUPTED when the caller's signal was raised */
export function throwIfInterrupted(signal: AbortSignal | undefined): void {
  if (signal?.aborted)
    throw new KongcrateError('INTERRUPTED', 'interrupted; the old state is in place', {
      remedy: 'Run the command again.',
      cause: signal.reason,
    });
}

/**
 * Lets the event loop run between synchronous steps, since only then can a signal be raised.
 * @throws KongcrateError INTERRUPTED
 */
export async function breathe(signal: AbortSignal | undefined): Promise<void> {
  if (!signal) return;
  await setImmediate();
  throwIfInterrupted(signal);
}
