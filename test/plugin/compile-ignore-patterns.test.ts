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
  ])('%j on %s: %s', (patterns, path, ignored) => {
    expect(compileIgnorePatterns(patterns)(path)).toBe(ignored);
  });
});
