import type { Expression } from 'luaparse';
import type { LuaValue } from './lua-value.ts';

/** The value of a literal or a function; `undefined` for any other expression. */
export function literalValue(expression: Expression, line: number): LuaValue | undefined {
  if (expression.type === 'StringLiteral')
    return { kind: 'string', value: textOf(expression.value), line };
  if (expression.type === 'NumericLiteral')
    // `10LL` and `1i` are boxed C values, which are no numbers for `type()`.
    return /(?:ll|i)$/i.test(expression.raw)
      ? { kind: 'cdata', line }
      : { kind: 'number', value: expression.value, line };
  if (expression.type === 'BooleanLiteral')
    return { kind: 'boolean', value: expression.value, line };
  if (expression.type === 'NilLiteral') return { kind: 'nil', line };
  return expression.type === 'FunctionDeclaration' ? { kind: 'function', line } : undefined;
}

function textOf(bytesAsCharacters: string): string {
  return Buffer.from(bytesAsCharacters, 'latin1').toString('utf8');
}
