import type {
  BinaryExpression,
  Expression,
  IndexExpression,
  MemberExpression,
  TableConstructorExpression,
} from 'luaparse';
import { fieldOf, type LuaObject, type LuaValue, unknownValue } from './lua-value.ts';
import type { LuaNode } from './walk-lua.ts';

export type LuaScope = Map<string, LuaValue>;

/** LuaJIT's LJ_MAX_XLEVEL; deeper chains of `.` are legal but nobody writes constants in them. */
const MAX_DEPTH = 200;
/** No name, version or description is longer; `a = a .. a` in forty lines would be a terabyte. */
const MAX_TEXT_LENGTH = 4096;
/** No field that anybody looks at; a hundred thousand long keys would cost a minute. */
const MAX_KEY_LENGTH = 256;

/** Evaluates what can be told from the text: literals, constant names, `-`, `..` and tables. */
export function evaluateExpression(expression: Expression, scope: LuaScope, depth = 0): LuaValue {
  const line = lineOf(expression);
  if (depth > MAX_DEPTH) return unknownValue(line);
  if (expression.type === 'Identifier') return scope.get(expression.name) ?? unknownValue(line);
  if (expression.type === 'TableConstructorExpression')
    return evaluateTable(expression, scope, depth);
  if (expression.type === 'MemberExpression' || expression.type === 'IndexExpression')
    return evaluateField(expression, scope, depth);
  if (expression.type === 'BinaryExpression') return evaluateJoin(expression, scope, depth);
  if (expression.type === 'UnaryExpression') {
    const operand = evaluateExpression(expression.argument, scope, depth + 1);
    const negated = expression.operator === '-' && operand.kind === 'number';
    return negated ? { kind: 'number', value: -operand.value, line } : unknownValue(line);
  }
  return literalValue(expression, line) ?? unknownValue(line);
}

function literalValue(expression: Expression, line: number): LuaValue | undefined {
  if (expression.type === 'StringLiteral')
    return { kind: 'string', value: textOf(expression.value), line };
  if (expression.type === 'NumericLiteral')
    // `10LL` and `1i` are boxed C values, which are no numbers for `type()`.
    return /(?:ll|i)$/i.test(expression.raw)
      ? { kind: 'cdata', line }
      : { kind: 'number', value: expression.value, line };
  if (expression.type === 'BooleanLiteral') return { kind: 'boolean', line };
  if (expression.type === 'NilLiteral') return { kind: 'nil', line };
  return expression.type === 'FunctionDeclaration' ? { kind: 'function', line } : undefined;
}

/** The key of `base.key` or `base["key"]`, where it is a constant text. */
export function literalKey(
  expression: MemberExpression | IndexExpression,
  scope: LuaScope,
  depth = 0,
): string | undefined {
  if (expression.type === 'MemberExpression') return expression.identifier.name;
  return keyText(evaluateExpression(expression.index, scope, depth));
}

function keyText(key: LuaValue): string | undefined {
  return key.kind === 'string' && key.value.length <= MAX_KEY_LENGTH ? key.value : undefined;
}

/** The line of a node, counted from 1. */
export function lineOf(node: LuaNode): number {
  return node.loc?.start.line ?? 1;
}

function evaluateJoin(expression: BinaryExpression, scope: LuaScope, depth: number): LuaValue {
  const line = lineOf(expression);
  if (expression.operator !== '..') return unknownValue(line);
  const left = evaluateExpression(expression.left, scope, depth + 1);
  const right = evaluateExpression(expression.right, scope, depth + 1);
  if (left.kind !== 'string' || right.kind !== 'string') return unknownValue(line);
  const length = left.value.length + right.value.length;
  if (length > MAX_TEXT_LENGTH) return unknownValue(line);
  return { kind: 'string', value: left.value + right.value, line };
}

function evaluateField(
  expression: MemberExpression | IndexExpression,
  scope: LuaScope,
  depth: number,
): LuaValue {
  const base = evaluateExpression(expression.base, scope, depth + 1);
  const key = literalKey(expression, scope, depth + 1);
  return key === undefined ? unknownValue(lineOf(expression)) : fieldOf(base, key);
}

function evaluateTable(
  table: TableConstructorExpression,
  scope: LuaScope,
  depth: number,
): LuaObject {
  const fields = new Map<string, LuaValue>();
  let open = false;
  for (const field of table.fields) {
    const key = keyOf(field, scope, depth);
    if (key === undefined) open = true;
    else fields.set(key, evaluateExpression(field.value, scope, depth + 1));
  }
  return { kind: 'table', line: lineOf(table), fields, open };
}

function keyOf(
  field: TableConstructorExpression['fields'][number],
  scope: LuaScope,
  depth: number,
): string | undefined {
  if (field.type === 'TableValue') return undefined;
  if (field.type === 'TableKeyString') return field.key.name;
  return keyText(evaluateExpression(field.key, scope, depth + 1));
}

function textOf(bytesAsCharacters: string): string {
  return Buffer.from(bytesAsCharacters, 'latin1').toString('utf8');
}
