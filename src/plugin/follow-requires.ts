import { findRequires, type LuaRequire } from './find-requires.ts';
import { indexByModuleName } from './index-by-module-name.ts';
import { chunkOf, type LuaModule } from './lua-module.ts';

export interface FollowedRequire extends LuaRequire {
  readonly from: LuaModule;
  /** The module with dots: `require "a/b"` finds the same file as `require "a.b"`. */
  readonly name: string;
  /** The file of the package that it finds. */
  readonly found: LuaModule | undefined;
  /** Whether Kong's start runs it for sure. */
  readonly atStart: boolean;
}

/**
 * Every `require` of a literal name in a package, and which of them run when Kong loads the
 * plugin: those of the main chunks that are reached from where Kong begins.
 */
export function followRequires(
  modules: readonly LuaModule[],
  isStart: (module: LuaModule) => boolean,
): readonly FollowedRequire[] {
  const byName = indexByModuleName(modules);
  const all = modules.map((from) => {
    const chunk = chunkOf(from);
    const requires = chunk === undefined ? [] : findRequires(chunk);
    return {
      from,
      requires: requires.map((one) => {
        const name = one.module.replaceAll('/', '.');
        return { ...one, name, found: byName.get(name) };
      }),
    };
  });
  const reached = new Set(modules.filter(isStart));
  // The set grows while it is walked: a module may require another one.
  for (const module of reached)
    for (const { found, certain } of all.find(({ from }) => from === module)?.requires ?? [])
      if (certain && found !== undefined) reached.add(found);
  return all.flatMap(({ from, requires }) =>
    requires.map((one) => ({ ...one, from, atStart: one.certain && reached.has(from) })),
  );
}
