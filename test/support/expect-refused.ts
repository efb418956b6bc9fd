import { expect } from 'vitest';
import type { RefusalReason } from '../../src/archive/archive-refused.ts';
import { expectError } from './expect-error.ts';

/** One row of a table of hostile archives. */
export type HostileCase = readonly [attack: string, bytes: Uint8Array, reason: RefusalReason];

/** Demands that `call` refuses an archive for exactly this reason. */
export async function expectRefused(call: () => unknown, reason: RefusalReason): Promise<void> {
  const error = await expectError(call, 'ARCHIVE_REFUSED');
  expect(error.details['reason'], error.message).toBe(reason);
  expect(error.exitCode).toBe(8);
}
