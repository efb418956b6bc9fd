/** What is known about a Lua value without running anything; `line` is where it was written. */
export type LuaValue =
  | { readonly kind: 'string'; readonly value: string; readonly line: number }
  | { readonly kind: 'number'; readonly value: number; readonly line: number }
  | { readonly kind: 'boolean'; readonly value: boolean; readonly line: number }
  | { readonly kind: 'nil' | 'function' | 'cdata'; readonly line: number }
  | LuaObject;

/** A table constructor, or something unknown: a parameter, the result of a call. */
export interface LuaObject {
  readonly kind: 'table' | 'unknown';
  readonly line: number;
  /** What the main chunk puts under literal string keys. */
  readonly fields: Map<string, LuaValue>;
  /** What stands in it without a key, from 1 on. */
  readonly items: LuaValue[];
  /** Whether it may hold more than `fields` and `items`. */
  open: boolean;
}

/** An unknown value: anything may be in it. */
export function unknownValue(line: number): LuaObject {
  return { kind: 'unknown', line, fields: new Map(), items: [], open: true };
}

export function isObject(value: LuaValue | undefined): value is LuaObject {
  return value?.kind === 'table' || value?.kind === 'unknown';
}

/** A field of a value; what a closed table does not have is nil, as in Lua. */
export function fieldOf(value: LuaValue, key: string): LuaValue {
  if (!isObject(value)) return unknownValue(value.line);
  const field = value.fields.get(key);
  if (field !== undefined) return field;
  return value.open ? unknownValue(value.line) : { kind: 'nil', line: value.line };
}

/** The nth item of a value, counted from 1. */
export function itemOf(value: LuaValue, index: number): LuaValue {
  if (!isObject(value)) return unknownValue(value.line);
  const item = value.items[index - 1];
  if (item !== undefined) return item;
  return value.open ? unknownValue(value.line) : { kind: 'nil', line: value.line };
}

/** Whether a condition holds; `undefined` where that cannot be told. */
export function isTrue(value: LuaValue): boolean | undefined {
  if (value.kind === 'unknown') return undefined;
  return value.kind === 'boolean' ? value.value : value.kind !== 'nil';
}

/** The text of a field that is a literal string. */
export function textField(value: LuaValue | undefined, key: string): string | undefined {
  const field = value === undefined ? undefined : fieldOf(value, key);
  return field?.kind === 'string' ? field.value : undefined;
}
