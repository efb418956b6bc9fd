import { describe, expect, it } from 'vitest';
import { scanTar } from '../../src/archive/scan-tar.ts';
import { expectRefused } from '../support/expect-refused.ts';
import { tarDirectory, tarEntry, tarFile, tarOf } from '../support/tar-builder.ts';
import { named, escapes, names, lengths, collisions } from './cases/archive-paths.ts';

describe.each([
  ['paths that reach outside', escapes],
  ['names that mean several things', names],
  ['lengths and depths', lengths],
  ['two names for one file', collisions],
])('%s', (_, cases) => {
  it.each(cases)('%s', async (_attack, tar, reason) => {
    await expectRefused(() => scanTar(tar), reason);
  });
});

describe('the limits themselves are reached without a refusal', () => {
  it.each([
    ['name of 100 bytes', tarOf(tarFile('a'.repeat(100)))],
    ['prefix of 155 bytes', tarOf(tarEntry({ name: 'x', prefix: 'p'.repeat(155) }))],
    ['segment of 255 bytes', named('a'.repeat(255))],
    ['32 levels', named(`${'a/'.repeat(31)}x`)],
    ['path of 1,024 bytes', named(`${'a'.repeat(204)}/`.repeat(4) + 'b'.repeat(204))],
    ['a directory twice', tarOf(tarDirectory('a/'), tarDirectory('a'), tarFile('a/x'))],
  ])('%s', (_, tar) => {
    expect(scanTar(tar).length).toBeGreaterThan(0);
  });

  it('prints a refused name without its terminal controls', () => {
    expect(() => scanTar(named('\u009b2J\u202e'))).toThrow('"\\u{9b}2J\\u{202e}"');
  });
});
