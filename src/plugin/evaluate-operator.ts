import type { BinaryExpression, UnaryExpression } from 'luaparse';
import { isTrue, type LuaValue, unknownValue } from './lua-value.ts';
import { MAX_TEXT_LENGTH } from './max-text-length.ts';

const ARITHMETIC: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '%': (left, right) => left - Math.floor(left / right) * right,
  '^': (left, right) => left ** right,
};

const ORDER: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
};

interface Operands {
  readonly left: LuaValue;
  readonly right: LuaValue;
  /** Where the operation stands, counted from 1. */
  readonly line: number;
}

/** Applies an operator with two operands to what is known of them. */
export function evaluateBinary(
  operator: BinaryExpression['operator'],
  { left, right, line }: Operands,
): LuaValue {
  if (operator === '..') return join({ left, right, line });
  if (operator === '==' || operator === '~=') {
    const equal = areEqual(left, right);
    if (equal === undefined) return unknownValue(line);
    return { kind: 'boolean', value: equal === (operator === '=='), line };
  }
  if (left.kind !== 'number' || right.kind !== 'number') return unknownValue(line);
  const compute = ARITHMETIC[operator];
  if (compute !== undefined)
    return { kind: 'number', value: compute(left.value, right.value), line };
  const compare = ORDER[operator];
  return compare === undefined
    ? unknownValue(line)
    : { kind: 'boolean', value: compare(left.value, right.value), line };
}

/** Applies `-`, `not` or `#` to what is known of its operand. */
export function evaluateUnary(
  operator: UnaryExpression['operator'],
  operand: LuaValue,
  line: number,
): LuaValue {
  if (operator === '-' && operand.kind === 'number')
    return { kind: 'number', value: -operand.value, line };
  const holds = operator === 'not' ? isTrue(operand) : undefined;
  if (holds !== undefined) return { kind: 'boolean', value: !holds, line };
  const length = operator === '#' ? lengthOf(operand) : undefined;
  return length === undefined ? unknownValue(line) : { kind: 'number', value: length, line };
}

/** In bytes, as Lua counts. */
function lengthOf(value: LuaValue): number | undefined {
  if (value.kind === 'string')
    return value.value.includes('\ufffd') ? undefined : Buffer.byteLength(value.value);
  if (value.kind !== 'table' || value.open) return undefined;
  const hasHoles = value.items.some(({ kind }) => kind === 'nil' || kind === 'unknown');
  return hasHoles ? undefined : value.items.length;
}

function areEqual(left: LuaValue, right: LuaValue): boolean | undefined {
  if (left === right && left.kind !== 'number') return left.kind === 'unknown' ? undefined : true;
  if ([left, right].some(({ kind }) => kind === 'unknown' || kind === 'cdata')) return undefined;
  if (left.kind !== right.kind) return false;
  if (left.kind === 'nil') return true;
  return 'value' in left && 'value' in right ? left.value === right.value : undefined;
}

function join({ left, right, line }: Operands): LuaValue {
  const [first, second] = [textOf(left), textOf(right)];
  if (first === undefined || second === undefined) return unknownValue(line);
  const value = first + second;
  return value.length > MAX_TEXT_LENGTH ? unknownValue(line) : { kind: 'string', value, line };
}

/** Numbers become text by `%.14g`, which writes them as JavaScript does only in this range. */
function textOf(value: LuaValue): string | undefined {
  if (value.kind === 'string') return value.value;
  if (value.kind !== 'number') return undefined;
  const size = Math.abs(value.value);
  const isPlain = Object.is(value.value, 0) || (size >= 1e-4 && size < 1e14);
  return isPlain ? String(Number(value.value.toPrecision(14))) : undefined;
}
