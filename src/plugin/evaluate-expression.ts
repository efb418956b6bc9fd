import type {
  CallExpression,
  Expression,
  IndexExpression,
  MemberExpression,
  StringCallExpression,
  TableConstructorExpression,
} from 'luaparse';
import { callStringFunction } from './call-string-function.ts';
import { evaluateBinary, evaluateUnary } from './evaluate-operator.ts';
import { literalValue } from './literal-value.ts';
import type { LuaScope } from './lua-scope.ts';
import {
  fieldOf,
  isTrue,
  itemOf,
  type LuaObject,
  type LuaValue,
  unknownValue,
} from './lua-value.ts';
import type { LuaNode } from './walk-lua.ts';

/** LuaJIT's LJ_MAX_XLEVEL; deeper chains of `.` are legal but nobody writes constants in them. */
const MAX_DEPTH = 200;
/** No field that anybody looks at; a hundred thousand long keys would cost a minute. */
const MAX_KEY_LENGTH = 256;

/** What a list of expressions gives. */
export interface EvaluatedList {
  readonly values: readonly LuaValue[];
  /** Whether there may be more: it ends in a call or `...` that nothing is known about. */
  readonly open: boolean;
}

/**
 * Evaluates what can be told from the text: literals, names of known values, operators, tables,
 * and calls of the string library.
 */
export function evaluateExpression(expression: Expression, scope: LuaScope, depth = 0): LuaValue {
  const line = lineOf(expression);
  if (depth > MAX_DEPTH) return unknownValue(line);
  if (expression.type === 'Identifier') return scope.get(expression.name) ?? unknownValue(line);
  if (expression.type === 'TableConstructorExpression')
    return evaluateTable(expression, scope, depth);
  if (expression.type === 'MemberExpression' || expression.type === 'IndexExpression')
    return evaluateField(expression, scope, depth);
  if (expression.type === 'CallExpression' || expression.type === 'StringCallExpression') {
    const results = evaluateCall(expression, scope, depth);
    return results === undefined ? unknownValue(line) : (results[0] ?? { kind: 'nil', line });
  }
  return (
    evaluateOperation(expression, (operand) => evaluateExpression(operand, scope, depth + 1)) ??
    literalValue(expression, line) ??
    unknownValue(line)
  );
}

function evaluateOperation(
  expression: Expression,
  evaluate: (operand: Expression) => LuaValue,
): LuaValue | undefined {
  const line = lineOf(expression);
  if (expression.type === 'LogicalExpression') {
    const left = evaluate(expression.left);
    const holds = isTrue(left);
    if (holds === undefined) return unknownValue(line);
    return holds === (expression.operator === 'or') ? left : evaluate(expression.right);
  }
  if (expression.type === 'BinaryExpression') {
    const [left, right] = [evaluate(expression.left), evaluate(expression.right)];
    return evaluateBinary(expression.operator, { left, right, line });
  }
  return expression.type === 'UnaryExpression'
    ? evaluateUnary(expression.operator, evaluate(expression.argument), line)
    : undefined;
}

/**
 * Evaluates what stands between commas: a call at the end gives all its results. The syntax tree
 * does not tell `f()` from `(f())`, which gives the first alone: where that matters, more values
 * than expressions are nothing to rely on.
 */
export function evaluateList(
  expressions: readonly Expression[],
  scope: LuaScope,
  depth = 0,
): EvaluatedList {
  const last = expressions.at(-1);
  const values = expressions.map((each) => evaluateExpression(each, scope, depth + 1));
  if (last === undefined) return { values, open: false };
  if (last.type === 'VarargLiteral' || last.type === 'TableCallExpression')
    return { values, open: true };
  if (last.type !== 'CallExpression' && last.type !== 'StringCallExpression')
    return { values, open: false };
  const results = evaluateCall(last, scope, depth + 1);
  return results === undefined
    ? { values, open: true }
    : { values: [...values.slice(0, -1), ...results], open: false };
}

/** `text:match(…)` or `string.match(text, …)`; `undefined` for any other call. */
function evaluateCall(
  call: CallExpression | StringCallExpression,
  scope: LuaScope,
  depth: number,
): readonly LuaValue[] | undefined {
  const { base } = call;
  if (base.type !== 'MemberExpression' || depth > MAX_DEPTH) return undefined;
  const self = base.indexer === ':' ? [evaluateExpression(base.base, scope, depth + 1)] : [];
  if (self.length > 0 ? self[0]?.kind !== 'string' : !isStringLibrary(base.base, scope))
    return undefined;
  const passed = call.type === 'CallExpression' ? call.arguments : [call.argument];
  const { values, open } = evaluateList(passed, scope, depth + 1);
  if (open || values.length !== passed.length) return undefined;
  return callStringFunction(base.identifier.name, [...self, ...values], {
    line: lineOf(call),
    patternSteps: scope.patternSteps,
  });
}

/** The library itself, unless the file gave the name to something else. */
function isStringLibrary(expression: Expression, scope: LuaScope): boolean {
  return expression.type === 'Identifier' && expression.name === 'string' && !scope.has('string');
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

function evaluateField(
  expression: MemberExpression | IndexExpression,
  scope: LuaScope,
  depth: number,
): LuaValue {
  const base = evaluateExpression(expression.base, scope, depth + 1);
  if (expression.type === 'MemberExpression') return fieldOf(base, expression.identifier.name);
  const index = evaluateExpression(expression.index, scope, depth + 1);
  if (index.kind === 'number') return itemOf(base, index.value);
  const key = keyText(index);
  return key === undefined ? unknownValue(lineOf(expression)) : fieldOf(base, key);
}

function evaluateTable(
  table: TableConstructorExpression,
  scope: LuaScope,
  depth: number,
): LuaObject {
  const fields = new Map<string, LuaValue>();
  const positional: Expression[] = [];
  let open = false;
  for (const field of table.fields) {
    if (field.type === 'TableValue') {
      positional.push(field.value);
      continue;
    }
    const key =
      field.type === 'TableKeyString'
        ? field.key.name
        : keyText(evaluateExpression(field.key, scope, depth + 1));
    if (key === undefined) open = true;
    else fields.set(key, evaluateExpression(field.value, scope, depth + 1));
  }
  const list = evaluateList(positional, scope, depth);
  return {
    kind: 'table',
    line: lineOf(table),
    fields,
    items: list.values.slice(0, positional.length),
    open: open || list.open || list.values.length !== positional.length,
  };
}
