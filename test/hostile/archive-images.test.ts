import { describe, it } from 'vitest';
import { readArchiveBothWays, readContainerBothWays } from '../support/both-ways.ts';
import { expectRefused } from '../support/expect-refused.ts';
import { images } from './cases/archive-images.ts';

describe('an archive that could be an image', () => {
  it.each(images)('is refused as the one and as the other: %s', async (_, bytes, reason) => {
    await expectRefused(() => readArchiveBothWays(bytes), reason);
    await expectRefused(() => readContainerBothWays(bytes), reason);
  });
});
