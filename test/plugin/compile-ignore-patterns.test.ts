import { describe, expect, it } from 'vitest';
import { compileIgnorePatterns } from '../../src/plugin/compile-ignore-patterns.ts';

describe('compileIgnorePatterns', () => {
  it.each([
    ['*.md', 'a/b/README.md', true],
    ['*.md', 'a/b.md/c', true],
    ['docs/', 'docs/a', true],
    ['docs/', 'x/docs/a', true],
    ['docs/', 'docs', false],
    ['/docs', 'docs/a', true],
    ['/docs', 'x/docs', false],
    ['a/b', 'a/b', true],
    ['a/b', 'x/a/b', false],
    ['**/b', 'x/a/b', true],
    ['a/**', 'a/x/y', true],
    ['a/**', 'a', false],
    ['a/**/b', 'a/b', true],
    ['a/**/b', 'a/x/y/b', true],
    ['?.lua', 'a.lua', true],
    ['?.lua', 'ab.lua', false],
    ['*', 'a/b', true],
    ['a*c', 'a/c', false],
    ['a.c', 'abc', false],
    ['[a]', 'a', false],
    ['# x', '# x', false],
    ['\\# x', '# x', true],
    ['  ', ' ', false],
    ['*.lua\n!keep.lua', 'keep.lua', false],
    ['!keep.lua\n*.lua', 'keep.lua', true],
    ['a/\n!a/keep.lua', 'a/keep.lua', true],
    ['x\r\ny', 'x', true],
    ['**/**/b', 'a/b', true],
    ['**/**/b', 'b', true],
    ['a/**/**', 'a/b', true],
    ['a**c', 'abbc', true],
    ['a**c', 'a/c', false],
    ['*a*b*c', 'xaybabzc', true],
    ['*a*b*c', 'xaybabz', false],
    ['a/*/c/**/d', 'a/x/c/d', true],
    ['a/**/x/**/d', 'a/x/b/x/c/d', true],
    ['a/**/x/**/d', 'a/y/b/c/d', false],
    ['**', 'a/b', true],
    ['/', 'a', false],
  ])('%j on %s: %s', (patterns, path, ignored) => {
    expect(compileIgnorePatterns(patterns)(path)).toBe(ignored);
  });

  it.each([
    [`${'*a'.repeat(30)}b`, 'a'.repeat(200)],
    [`${'**/'.repeat(30)}zz`, `${'a/'.repeat(60)}q`],
    [`${'**/a/'.repeat(30)}zz`, `${'a/'.repeat(60)}q`],
    [`${'*?'.repeat(100)}b`, 'a'.repeat(255)],
  ])('ends: %s', (pattern, path) => {
    expect(compileIgnorePatterns(pattern)(path)).toBe(false);
  });

  it('knows directories by what is said about them', () => {
    const isIgnored = compileIgnorePatterns('docs/\na/**\n');
    expect(isIgnored('docs', 'directory')).toBe(true);
    expect(isIgnored('docs', 'file')).toBe(false);
    expect(isIgnored('a', 'directory')).toBe(false);
    expect(isIgnored('a/b', 'directory')).toBe(true);
  });
});
