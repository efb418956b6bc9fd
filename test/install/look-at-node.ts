import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findDrift } from '../../src/install/find-drift.ts';
import { readNodeState, type NodeState } from '../../src/install/read-node-state.ts';

/** What a Lua root holds, as `name version` of each plugin, sorted. */
export function installed(luaRoot: string): readonly string[] {
  return readNodeState({ luaRoot })
    .plugins.map(({ name, version }) => `${name} ${version ?? ''}`)
    .sort();
}

/** The VERSION that each file of a plugin states when read through the Lua root; absent: none. */
export function versionsRead(luaRoot: string, name: string): readonly string[] {
  const paths = [
    `kong/plugins/${name}/handler.lua`,
    `kong/plugins/${name}/schema.lua`,
    `resty/${name}.lua`,
  ];
  return paths.map((path) => {
    const text = read(join(luaRoot, path));
    return text === undefined ? 'absent' : (/VERSION = "([^"]+)".*\}\n$/.exec(text)?.[1] ?? 'torn');
  });
}

/** All drift of all live plugins, as `path problem`. */
export function allDrift(luaRoot: string, state: NodeState = readNodeState({ luaRoot })): string[] {
  return state.plugins.flatMap((plugin) =>
    findDrift({ luaRoot }, plugin).map(({ path, problem }) => `${path} ${problem}`),
  );
}

/** The names left in kongcrate's staging directory. */
export function leftInTmp(luaRoot: string): readonly string[] {
  return readdirSync(join(luaRoot, '.kongcrate/tmp'));
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
