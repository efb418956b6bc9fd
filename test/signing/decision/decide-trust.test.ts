import { describe, expect, it } from 'vitest';
import { ask } from './ask.ts';
import { DIMENSIONS, expected, rows } from './table.ts';

const ROWS = rows();

describe('the decision, over every way, signer, receipt, policy and consent', () => {
  it.each(DIMENSIONS.way)('%s: is what the contract says', (way) => {
    const some = ROWS.filter((row) => row.way === way);
    const wrong = some
      .map((row) => ({ row, said: ask(row), wanted: expected(row) }))
      .filter(({ said, wanted }) => said !== wanted);
    expect(wrong).toEqual([]);
  });

  it('every outcome comes up, and none in half of the rows', () => {
    const counts = new Map<string, number>();
    for (const row of ROWS) counts.set(expected(row), (counts.get(expected(row)) ?? 0) + 1);
    expect([...counts.keys()].sort()).toEqual([
      'DOWNGRADE',
      'NO_SIGNATURE',
      'POLICY_REFUSED',
      'SIGNATURE_MISMATCH',
      'SIGNER_CHANGED',
      'TRUST_MISSING',
      'USAGE',
      'allowed by ',
      'allowed by A',
      'allowed by AB',
      'allowed by B',
    ]);
    expect(Math.max(...counts.values())).toBeLessThan(ROWS.length / 2);
  });
});
