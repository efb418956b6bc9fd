import { findRequires } from '../find-requires.ts';
import { followRequires } from '../follow-requires.ts';
import { chunkOf, type LuaModule } from '../lua-module.ts';
import { walkLua } from '../walk-lua.ts';

/**
 * The modules that a file may ever require, directly or not, in their order: all of them where
 * names are computed.
 */
export function requiredBy(main: LuaModule, others: readonly LuaModule[]): readonly LuaModule[] {
  const requires = followRequires([main, ...others], () => false);
  const reached = new Set([main]);
  // The set grows while it is walked: a module may require another one.
  for (const module of reached) {
    if (requiresComputed(module)) return others;
    for (const { from, found } of requires)
      if (from === module && found !== undefined) reached.add(found);
  }
  return others.filter((module) => reached.has(module));
}

/** Whether `require` is more than called with literal names. */
function requiresComputed(module: LuaModule): boolean {
  const chunk = chunkOf(module);
  if (chunk === undefined) return true;
  const mentions = [...walkLua(chunk)].filter(
    (node) => node.type === 'Identifier' && node.name === 'require',
  );
  return mentions.length > findRequires(chunk).length;
}
