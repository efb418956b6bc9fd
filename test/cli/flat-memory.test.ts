import { expect, it } from 'vitest';
import { peakMemoryOf, waysDown, waysUp } from '../support/peak-memory.ts';
import { publishLarge } from '../support/large-artifact.ts';

const MOST_MEBIBYTES = 150;
/** 64 MiB of them are for the scrypt of the key. */
const MOST_MEBIBYTES_UP = 200;

it('64 MiB come down without being held', async () => {
  const reference = await publishLarge(64);
  for (const args of waysDown(reference, '128MiB'))
    expect(await peakMemoryOf(args), args.join(' ')).toBeLessThan(MOST_MEBIBYTES);
});

it('64 MiB go up without being held', async () => {
  const reference = await publishLarge(64);
  for (const args of waysUp(reference, '128MiB'))
    expect(await peakMemoryOf(args), args.join(' ')).toBeLessThan(MOST_MEBIBYTES_UP);
});
