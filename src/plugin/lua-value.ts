/** What is known about a Lua value without running anything; `line` is where it was written. */
export type LuaValue =
  | { readonly kind: 'string'; readonly value: string; readonly line: number }
  | { readonly kind: 'number'; readonly value: number; readonly line: number }
  | { readonly kind: 'nil' | 'boolean' | 'function' | 'cdata'; readonly line: number }
  | LuaObject;

/** A table constructor, or something unknown: a parameter, the result of a call. */
export interface LuaObject {
  readonly kind: 'table' | 'unknown';
  readonly line: number;
  /** What the main chunk puts under literal string keys. */
  readonly fields: Map<string, LuaValue>;
  /** Whether it may hold more keys than `fields`. */
  open: boolean;
}

/** An unknown value: anything may be in it. */
export function unknownValue(line: number): LuaObject {
  return { kind: 'unknown', line, fields: new Map(), open: true };
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

/** The text of a field that is a literal string. */
export function textField(value: LuaValue | undefined, key: string): string | undefined {
  const field = value === undefined ? undefined : fieldOf(value, key);
  return field?.kind === 'string' ? field.value : undefined;
}
