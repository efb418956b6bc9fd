import { describe, expect, it } from 'vitest';
import { scanTar } from '../../src/archive/scan-tar.ts';
import { expectRefused } from '../support/expect-refused.ts';
import { tarEntry, tarOf } from '../support/tar-builder.ts';
import { one, zeros, ends, numbers, headers } from './cases/archive-structure.ts';

describe.each([
  ['the end of an archive', ends],
  ['numbers', numbers],
  ['headers', headers],
])('%s', (_, cases) => {
  it.each(cases)('%s', async (_attack, tar, reason) => {
    await expectRefused(() => scanTar(tar), reason);
  });
});

it('more zero blocks than two are a common blocking factor', () => {
  expect(scanTar(Buffer.concat([tarOf(one), zeros(16)]))).toHaveLength(1);
});

it('star and node-tar write times behind the prefix', () => {
  const times = '00000000001 00000000002 ';
  const prefix = Buffer.from(`${'a'.padEnd(131, '\0')}${times}`);
  expect(scanTar(tarOf(tarEntry({ name: 'x', prefix })))[0]?.path).toBe('a/x');
});
