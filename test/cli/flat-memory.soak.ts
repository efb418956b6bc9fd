import { expect, it } from 'vitest';
import { peakMemoryOf, waysDown } from '../support/peak-memory.ts';
import { publishLarge } from '../support/large-artifact.ts';

const MOST_MEBIBYTES = 150;

it.each([256, 1024])('%i MiB come down without being held', async (mebibytes) => {
  const reference = await publishLarge(mebibytes);
  for (const args of waysDown(reference, '2GiB'))
    expect(await peakMemoryOf(args), args.join(' ')).toBeLessThan(MOST_MEBIBYTES);
});
