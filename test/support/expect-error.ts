import { expect } from 'vitest';
import type { ErrorCode } from '../../src/errors/catalogue.ts';
import { KongcrateError } from '../../src/errors/kongcrate-error.ts';

/** Runs `call`, demands that it fails with `code`, and returns the error for more assertions. */
export async function expectError(call: () => unknown, code: ErrorCode): Promise<KongcrateError> {
  try {
    await call();
  } catch (error) {
    if (!(error instanceof KongcrateError)) throw error;
    expect(error.code, error.message).toBe(code);
    expect(error.remedy).not.toBe('');
    return error;
  }
  return expect.unreachable(`expected ${code}, but the call succeeded`);
}
