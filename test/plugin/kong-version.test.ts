import { describe, expect, it } from 'vitest';
import { compareKongVersions, kongVersionParts } from '../../src/plugin/kong-version.ts';

describe('kongVersionParts', () => {
  it.each([
    ['1', [1]],
    ['0.1', [0, 1]],
    ['1.2.3', [1, 2, 3]],
    ['v1.0.0', [1, 0, 0]],
    ['1.0.0-1', [1, 0, 0]],
    ['scm-1', [1]],
    ['1.2.', [1, 2]],
    ['.5', [5]],
    ['release 2.10 of 2026', [2, 10]],
  ])('reads %j', (text, parts) => {
    expect(kongVersionParts(text)).toEqual(parts);
  });

  it.each(['1.2.3.4', '', 'scm', '1..2', '..', 'v. 1'])('refuses %j', (text) => {
    expect(kongVersionParts(text)).toBeUndefined();
  });
});

describe('compareKongVersions', () => {
  it.each([
    ['1.0', '1.0.0', 0],
    ['1.10.0', '1.9.9', 1],
    ['v2.0.0', '10', -1],
    ['1.0.0-1', '1.0.0-2', 0],
    ['0.0.1', '0', 1],
  ])('compares %j with %j', (a, b, sign) => {
    expect(Math.sign(compareKongVersions(a, b) ?? NaN)).toBe(sign);
    expect(Math.sign(compareKongVersions(b, a) ?? NaN)).toBe(0 - sign);
  });

  it('does not compare what Kong cannot read', () => {
    expect(compareKongVersions('scm', '1.0')).toBeUndefined();
    expect(compareKongVersions('1.0', '1.2.3.4')).toBeUndefined();
  });
});
