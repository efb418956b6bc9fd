import { expect, it } from 'vitest';
import { peakMemoryOf, waysDown, waysUp } from '../support/peak-memory.ts';
import { publishLarge } from '../support/large-artifact.ts';

const MOST_MEBIBYTES = 150;
/** 64 MiB of them are for the scrypt of the key. */
const MOST_MEBIBYTES_UP = 200;

it.each([256, 1024])('%i MiB come down without being held', async (mebibytes) => {
  const reference = await publishLarge(mebibytes);
  for (const args of waysDown(reference, '2GiB'))
    expect(await peakMemoryOf(args), args.join(' ')).toBeLessThan(MOST_MEBIBYTES);
});

it.each([256, 1024])('%i MiB go up without being held', async (mebibytes) => {
  const reference = await publishLarge(mebibytes);
  for (const args of waysUp(reference, '2GiB'))
    expect(await peakMemoryOf(args), args.join(' ')).toBeLessThan(MOST_MEBIBYTES_UP);
});
