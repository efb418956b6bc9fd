import { describe, it } from 'vitest';
import { readArchive } from '../../src/archive/read-archive.ts';
import { readContainer } from '../../src/archive/read-container.ts';
import { expectRefused } from '../support/expect-refused.ts';
import { images } from './cases/archive-images.ts';

describe('an archive that could be an image', () => {
  it.each(images)('is refused as the one and as the other: %s', async (_, bytes, reason) => {
    await expectRefused(() => readArchive(bytes), reason);
    await expectRefused(() => readContainer(bytes), reason);
  });
});
