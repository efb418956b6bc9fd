import { LuaPatternError } from './lua-strings/lua-pattern-error.ts';
import type { StepBudget } from './lua-strings/pattern-matcher.ts';
import { STRING_FUNCTIONS, type StringArgument } from './lua-strings/string-functions.ts';
import type { LuaValue } from './lua-value.ts';
import { MAX_TEXT_LENGTH } from './max-text-length.ts';

/** No table that `gsub` replaces by has more; it is copied at each call. */
const MAX_ENTRIES = 100;

interface CallPlace {
  /** Counted from 1. */
  readonly line: number;
  readonly patternSteps: StepBudget;
}

/**
 * Calls a function of Lua's string library with what is known of its arguments.
 * @returns its results; `undefined` where they cannot be told, or Lua would raise an error
 */
export function callStringFunction(
  name: string,
  passed: readonly LuaValue[],
  { line, patternSteps }: CallPlace,
): readonly LuaValue[] | undefined {
  const known = passed.flatMap((value) => toArgument(value) ?? []);
  const [subject, ...rest] = known.map(({ argument }) => argument);
  const call = STRING_FUNCTIONS.get(name);
  if (call === undefined || known.length < passed.length || typeof subject !== 'string')
    return undefined;
  try {
    const options = { subject, rest, budget: patternSteps, maxLength: MAX_TEXT_LENGTH };
    const results = call(options)?.map((result) => toValue(result, line));
    return results?.every((result) => result !== undefined) === true ? results : undefined;
  } catch (error) {
    if (error instanceof LuaPatternError) return undefined;
    throw error;
  }
}

function toArgument(value: LuaValue): { readonly argument: StringArgument } | undefined {
  if (value.kind === 'nil') return { argument: undefined };
  if (value.kind === 'number' || value.kind === 'boolean') return { argument: value.value };
  if (value.kind === 'string') {
    const argument = asBytes(value.value);
    return argument === undefined ? undefined : { argument };
  }
  if (value.kind !== 'table' || value.open || value.items.length > 0) return undefined;
  if (value.fields.size > MAX_ENTRIES) return undefined;
  const entries = new Map<string, string>();
  for (const [key, field] of value.fields) {
    const [from, to] = [asBytes(key), field.kind === 'string' ? asBytes(field.value) : undefined];
    if (from === undefined || to === undefined) return undefined;
    entries.set(from, to);
  }
  return { argument: entries };
}

function toValue(result: string | number | undefined, line: number): LuaValue | undefined {
  if (result === undefined) return { kind: 'nil', line };
  if (typeof result === 'number') return { kind: 'number', value: result, line };
  const value = asText(result);
  return value === undefined ? undefined : { kind: 'string', value, line };
}

/** One character a byte; what was no UTF-8 is not known any more. */
function asBytes(text: string): string | undefined {
  if (text.length > MAX_TEXT_LENGTH || text.includes('\ufffd')) return undefined;
  return Buffer.from(text).toString('latin1');
}

/** A part of a text may begin or end within a character: such bytes cannot be told. */
function asText(bytes: string): string | undefined {
  const text = Buffer.from(bytes, 'latin1').toString('utf8');
  return text.includes('\ufffd') ? undefined : text;
}
