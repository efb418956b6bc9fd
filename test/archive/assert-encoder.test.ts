import { deflateRawSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { assertEncoder } from '../../src/archive/assert-encoder.ts';
import { compressBlock } from '../../src/archive/compress-block.ts';
import { digestOf } from '../../src/reference/digest.ts';
import { expectError } from '../support/expect-error.ts';

it('accepts the zlib of this Node.js', async () => {
  await expect(assertEncoder()).resolves.toBeUndefined();
});

it('refuses a zlib that compresses to other bytes', async () => {
  const other = ({ bytes }: { bytes: Buffer }): Promise<Buffer> =>
    Promise.resolve(deflateRawSync(bytes, { level: 6 }));
  const error = await expectError(() => assertEncoder(other), 'ENCODER_DIFFERS');
  expect(error.exitCode).toBe(1);
  expect(error.details['actual']).not.toBe(error.details['expected']);
});

it('names both digests', async () => {
  const expected = digestOf(Buffer.from('another encoder'));
  const error = await expectError(() => assertEncoder(compressBlock, expected), 'ENCODER_DIFFERS');
  expect(error.message).toContain(expected);
});
