import { describe, expect, it } from 'vitest';
import { parseChallenges } from '../../src/registry/auth/parse-challenges.ts';
import { fc } from '../support/properties.ts';

type Plain = readonly (readonly [scheme: string, parameters: Readonly<Record<string, string>>])[];

function parse(header: string): Plain {
  return parseChallenges(header).map(({ scheme, parameters }) => [
    scheme,
    Object.fromEntries(parameters),
  ]);
}

describe('WWW-Authenticate', () => {
  it.each<[string, Plain]>([
    ['Basic realm="x"', [['basic', { realm: 'x' }]]],
    ['BASIC Realm = "x" , charset=UTF-8', [['basic', { realm: 'x', charset: 'UTF-8' }]]],
    [
      'Bearer realm="https://a/t?b=c,d",service="s",scope="repository:n:pull,push"',
      [['bearer', { realm: 'https://a/t?b=c,d', service: 's', scope: 'repository:n:pull,push' }]],
    ],
    [
      'Negotiate, Bearer realm="b", Basic realm="a"',
      [
        ['negotiate', {}],
        ['bearer', { realm: 'b' }],
        ['basic', { realm: 'a' }],
      ],
    ],
    ['Bearer realm="a \\"b\\" \\\\", service=""', [['bearer', { realm: 'a "b" \\', service: '' }]]],
    [',, Basic ,realm=x,', [['basic', { realm: 'x' }]]],
    ['Negotiate YWJj, Basic realm="x"', [['negotiate', {}], ['basic', { realm: 'x' }]]], // prettier-ignore
    ['', []],
  ])('reads %s', (header, expected) => {
    expect(parse(header)).toEqual(expected);
  });

  it.each([
    'Bearer realm="never closed',
    'Bearer realm="a", realm="b"',
    'Bearer realm="a"b',
    'Bearer realm=https://no/token',
    'Bearer one two realm="a"',
    'Bearer ="a"',
    'realm="no scheme"',
    'Bear(er realm="a"',
  ])('leaves out the malformed %s and keeps the others', (header) => {
    expect(parse(header)).toEqual([]);
    expect(parse(`Basic realm="first", ${header}`)[0]?.[0]).toBe(
      header.startsWith('realm') ? undefined : 'basic',
    );
  });

  it('reads back whatever is written by the grammar', () => {
    const token = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9a-z-]{1,12}$/);
    const parameters = fc.dictionary(token, fc.string(), { minKeys: 1, maxKeys: 4, noNullPrototype: true }); // prettier-ignore
    fc.assert(
      fc.property(fc.array(fc.tuple(token, parameters), { maxLength: 4 }), (challenges) => {
        const quote = (value: string): string => `"${value.replace(/["\\]/g, '\\$&')}"`;
        const header = challenges
          .map(([scheme, map]) => {
            const pairs = Object.entries(map).map(([name, value]) => `${name}=${quote(value)}`);
            return `${scheme} ${pairs.join(', ')}`;
          })
          .join(', ');
        expect(parse(header)).toEqual(challenges);
      }),
    );
  });

  it('takes any text without throwing', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ ,="\\a-z]*$/), (header) => {
        expect(Array.isArray(parseChallenges(header))).toBe(true);
      }),
    );
  });
});
