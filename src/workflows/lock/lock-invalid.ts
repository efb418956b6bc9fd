import { KongcrateError } from '../../errors/kongcrate-error.ts';

/** The error for a lock that is not what its kongcrate.yaml needs. */
export function lockInvalid(
  message: string,
  remedy = 'Run kongcrate lock, look at the change, and commit the lock.',
): KongcrateError {
  return new KongcrateError('LOCK_INVALID', message, { remedy });
}
