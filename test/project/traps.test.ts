import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const TESTS = join(import.meta.dirname, '..');
const TRAPS = Array.from({ length: 14 }, (_, index) => `S${index + 1}`);

/** S1 to S14 are the ways in which others' signature checks were broken; the titles say which. */
it('every trap of signatures and trust has a suite that is named after it', () => {
  const files = readdirSync(TESTS, { recursive: true, encoding: 'utf8' });
  const titles = files
    .filter((file) => file.endsWith('.test.ts'))
    .flatMap((file) => [
      ...readFileSync(join(TESTS, file), 'utf8').matchAll(/^describe\('(S\d+): /gm),
    ])
    .map(([, trap]) => trap);
  expect(TRAPS.filter((trap) => !titles.includes(trap))).toEqual([]);
});
