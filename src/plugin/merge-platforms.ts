import { fieldOf, type LuaObject, type LuaValue } from './lua-value.ts';

/** Those of a Kong node, the more special last, as LuaRocks goes through them. */
const PLATFORMS = ['unix', 'linux'];
/** LuaRocks' overrides go one or two tables deep; a table may hold itself. */
const MAX_DEPTH = 16;

/**
 * What a field of a rockspec is on Linux: its `platforms` put over the rest of it, as LuaRocks
 * does ("Rockspec format", per-platform overrides).
 */
export function mergePlatforms(value: LuaValue): LuaValue {
  if (value.kind !== 'table') return value;
  const platforms = fieldOf(value, 'platforms');
  let merged: LuaObject = value;
  for (const name of PLATFORMS) {
    const override = platforms.kind === 'nil' ? platforms : fieldOf(platforms, name);
    if (override.kind === 'table') merged = mergeTables(merged, override, 0);
  }
  return merged;
}

function mergeTables(base: LuaObject, over: LuaObject, depth: number): LuaObject {
  const merge = (old: LuaValue | undefined, value: LuaValue): LuaValue =>
    old?.kind === 'table' && value.kind === 'table' && depth < MAX_DEPTH
      ? mergeTables(old, value, depth + 1)
      : value;
  const fields = new Map(base.fields);
  for (const [key, value] of over.fields) fields.set(key, merge(fields.get(key), value));
  const items = [...base.items];
  over.items.forEach((value, index) => (items[index] = merge(items[index], value)));
  return { ...base, fields, items, open: base.open || over.open };
}
