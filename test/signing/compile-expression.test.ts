import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../src/signing/compile-expression.ts';
import { expectError } from '../support/expect-error.ts';

const FLAG = '--certificate-identity-regexp';

describe('an expression', () => {
  it.each(['(a+)+$', '(a|a)*', '(.*)*b', '(a?){100}a{100}', '^(([a-z])+.)+[A-Z]([a-z])+$'])(
    'takes linear time, which a backtracking engine does not: %s',
    (source) => {
      expect(compileExpression(source, FLAG)(`${'a'.repeat(100_000)}!`)).toBe(false);
    },
  );

  it('takes the whole of a text, whatever its own flags and anchors say', () => {
    for (const source of ['a', '(?m)^a$', 'a$', '(?s)a.?', 'a|b', '(?U)a+?'])
      for (const text of ['a\n', '\na', 'xa', 'a\nb', 'a\na'])
        expect(compileExpression(source, FLAG)(text), `${source} ${JSON.stringify(text)}`).toBe(
          source === '(?s)a.?' && text === 'a\n',
        );
  });

  it('looks for the alternative that takes all, not for the first one', () => {
    expect(compileExpression('a|ab|abc', FLAG)('abc')).toBe(true);
    expect(compileExpression('a*?', FLAG)('aaa')).toBe(true);
  });

  it.each([
    ['acme(?=evil)', 'invalid or unsupported Perl syntax: "(?=" at character 5'],
    ['(?<=a)b', 'invalid named capture: "(?<=a)b"'],
    ['(a)\\1', 'invalid escape sequence: "\\\\1" at character 4'],
    ['x++', 'invalid nested repetition operator: "++" at character 2'],
    ['x{1001}', 'invalid repeat count: "{1001}" at character 2'],
    ['((a{100}){100}){100}', 'invalid repeat count: "{100}"'],
    ['a)|(b', 'unexpected ): "a)|(b"'],
    ['[b-a]', 'invalid character class range: "b-a" at character 2'],
    ['a\\', 'trailing backslash at end of expression'],
  ])('%s is refused with the part that is wrong', async (source, reason) => {
    const error = await expectError(() => compileExpression(source, FLAG), 'USAGE');
    expect(error.message).toBe(`${FLAG} ${JSON.stringify(source)}: ${reason}`);
    expect(error.remedy).toContain('RE2');
  });
});
