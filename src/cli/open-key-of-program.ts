import type { Signer } from '../signing/signer.ts';
import type { Context } from './context.ts';

/**
 * Opens the key of `--key SCHEME://RESOURCE`. The code for it is loaded only where there is one.
 * @throws KongcrateError KEY_INVALID, SIGNING_SERVICE_ERROR, TIMED_OUT
 */
export async function openKeyOfProgram(
  name: string,
  { context, timeout }: { readonly context: Context; readonly timeout?: number | undefined },
): Promise<Signer> {
  const { openProgramKey } = await import('../workflows/key-program/open-program-key.ts');
  return openProgramKey(name, {
    environment: context.environment,
    ...(timeout === undefined ? {} : { timeoutMs: timeout * 1000 }),
    signal: context.signal,
  });
}
