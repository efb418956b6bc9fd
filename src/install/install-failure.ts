import { asWriteFailure, wordsOfErrno } from '../errors/as-write-failure.ts';
import { KongcrateError, messageOf } from '../errors/kongcrate-error.ts';

/**
 * What the caller sees of a failed system call: INSTALL_FAILED with path, reason and remedy.
 * Everything else (refusals, faults of our own) comes back as it is.
 */
export function asInstallFailure(thrown: unknown): unknown {
  if (thrown instanceof KongcrateError || wordsOfErrno(thrown) === undefined) return thrown;
  const { path, dest } = thrown as NodeJS.ErrnoException & { readonly dest?: string };
  const { code, message, remedy, details } = asWriteFailure(dest ?? path ?? 'the Lua root', thrown);
  return new KongcrateError(code, `${message}; the old state is in place`, {
    remedy,
    details,
    cause: thrown,
  });
}

/**
 * The state under a Lua root is not what kongcrate left there.
 * @param path what is damaged
 */
export function damagedState(path: string, what: string, remedy: string): KongcrateError {
  return new KongcrateError('INSTALL_FAILED', `${path} ${what}`, {
    remedy,
    details: { reason: 'DAMAGED', path },
  });
}

/**
 * Does what the next recovery would do otherwise, so that its failure must not fail the caller.
 * @returns what went wrong, if anything
 */
export function attempt(act: () => void): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return messageOf(asInstallFailure(error));
  }
}
