import { isObject, type LuaValue } from './lua-value.ts';
import type { RockspecNote } from './rockspec-notes.ts';

/** A rock that a rockspec asks for. */
export interface RockDependency {
  /** As LuaRocks looks it up: in lower case. */
  readonly name: string;
  /** The user whose rock it must be, in `user/name`. */
  readonly namespace?: string;
  /** As the rockspec has them, such as `>= 1.0, < 2.0`; empty for any version. */
  readonly constraints: string;
  /** Counted from 1. */
  readonly line: number;
}

/** LuaRocks 3.8, type/rockspec.lua and queries.lua. */
const DEPENDENCY = /^\s*(?:([A-Za-z0-9._-]*)\/)?([A-Za-z0-9][A-Za-z0-9._-]*)\s*([^/]*)$/;

/** Reads `dependencies`; what cannot be told is left out and noted. */
export function readRockDependencies(value: LuaValue): {
  readonly dependencies: readonly RockDependency[];
  readonly notes: readonly RockspecNote[];
} {
  if (value.kind === 'nil') return { dependencies: [], notes: [] };
  const items = isObject(value) ? value.items : [];
  const read = items.map((item) => readDependency(item) ?? note(item));
  const isWhole = value.kind === 'table' && !value.open;
  return {
    dependencies: read.filter((each) => 'constraints' in each),
    notes: [...read.filter((each) => 'rule' in each), ...(isWhole ? [] : [note(value)])],
  };
}

function readDependency(item: LuaValue): RockDependency | undefined {
  const match = item.kind === 'string' ? DEPENDENCY.exec(item.value) : null;
  if (match === null) return undefined;
  const [, namespace, name = '', constraints = ''] = match;
  return {
    name: name.toLowerCase(),
    ...(namespace === undefined || namespace === '' ? {} : { namespace }),
    constraints: constraints.trim().replace(/\s+/g, ' '),
    line: item.line,
  };
}

function note(item: LuaValue): RockspecNote {
  const shown = item.kind === 'string' ? JSON.stringify(item.value) : 'what is computed';
  return {
    rule: 'rockspec-dependency-unknown',
    line: item.line,
    message: `dependencies: ${shown} cannot be read as a rock and its versions`,
    remedy: 'Write each dependency as literal text, such as "lua-resty-http >= 0.17".',
  };
}
