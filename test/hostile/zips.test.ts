import { describe, expect, it } from 'vitest';
import { readZip } from '../../src/archive/read-zip.ts';
import { expectRefused } from '../support/expect-refused.ts';
import { dataDescriptor, extraField, zipOf } from '../support/zip-builder.ts';
import { bombs, headers, layouts, paths, types } from './cases/zips.ts';

describe.each([
  ['paths', paths],
  ['types', types],
  ['bombs', bombs],
  ['headers', headers],
  ['layouts', layouts],
])('zips: %s', (_, cases) => {
  it.each(cases)('%s', async (_attack, zip, reason) => {
    await expectRefused(() => readZip(zip), reason);
  });
});

describe('zips that are fine', () => {
  const read = (zip: Buffer): unknown =>
    readZip(zip).files.map(({ path, bytes }) => [path, Buffer.from(bytes).toString()]);

  it('stored, deflated and empty files, directories', () => {
    const directory = { name: 'a/', data: '', method: 0, mode: 0o040755 };
    const stored = { name: 'a/stored', data: 'stored', method: 0 };
    const empty = { name: 'a/empty', data: '', method: 0 };
    const deflated = { name: 'a/deflated', data: 'deflated', mode: 0 };
    expect(read(zipOf([directory, stored, empty, deflated]))).toEqual([
      ['a/stored', 'stored'],
      ['a/empty', ''],
      ['a/deflated', 'deflated'],
    ]);
  });

  it('as Info-ZIP writes them: times and owners', () => {
    const times = extraField(0x5455, Buffer.alloc(9));
    const extra = Buffer.concat([times, extraField(0x7875, Buffer.alloc(11))]);
    expect(read(zipOf([{ name: 'a', extra }]))).toEqual([['a', 'x']]);
  });

  it('as LuaRocks writes them without zip: other flags, and a descriptor that nobody needs', () => {
    const entry = (name: string) => ({
      name,
      data: name,
      mode: 0o755,
      behind: dataDescriptor(name),
      local: { flags: 4 },
    });
    expect(read(zipOf([entry('a'), entry('b')]))).toEqual([
      ['a', 'a'],
      ['b', 'b'],
    ]);
  });

  it('names in UTF-8', () => {
    expect(read(zipOf([{ name: 'é', flags: 1 << 11 }]))).toEqual([['é', 'x']]);
  });
});
