import { expect, it } from 'vitest';
import { peakMemoryOf, waysDown } from '../support/peak-memory.ts';
import { publishLarge } from '../support/large-artifact.ts';

const MOST_MEBIBYTES = 150;

it('64 MiB come down without being held', async () => {
  const reference = await publishLarge(64);
  for (const args of waysDown(reference, '128MiB'))
    expect(await peakMemoryOf(args), args.join(' ')).toBeLessThan(MOST_MEBIBYTES);
});
