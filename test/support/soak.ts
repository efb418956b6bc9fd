import { randomInt } from 'node:crypto';
import { Random } from './random.ts';

const GIVEN_SEED = process.env['KONGCRATE_SOAK_SEED'];

/** Starts a soak: says which seed it runs with. KONGCRATE_SOAK_SEED runs it again with the same. */
export function startSoak(title: string): Random {
  const seed = GIVEN_SEED === undefined ? randomInt(2 ** 31) : Number(GIVEN_SEED);
  report(`${title}: KONGCRATE_SOAK_SEED=${seed}`);
  return new Random(seed);
}

/** One line about what was run and found. */
export function report(text: string): void {
  process.stderr.write(`soak: ${text}\n`);
}

/** `12345` as `12,345`. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}
