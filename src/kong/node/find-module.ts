import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { errnoOf } from '../../errors/kongcrate-error.ts';

/**
 * What Kong's build of OpenResty 1.25 searches after `lua_package_path` (KONG.md 1.2); Kong's own code
 * stands in the third of them.
 */
const DEFAULT_TEMPLATES: readonly string[] = [
  '/usr/local/openresty/site/lualib',
  '/usr/local/openresty/lualib',
  '/usr/local/openresty/luajit/share/luajit-2.1',
  '/usr/local/share/lua/5.1',
  '/usr/local/openresty/luajit/share/lua/5.1',
].flatMap((root) => [`${root}/?.lua`, `${root}/?/init.lua`]);

export interface LuaPath {
  /** As in `lua_package_path`. */
  readonly luaPackagePath: string;
  /** `false` where the generated nginx configuration leaves the default path out. */
  readonly hasDefault?: boolean;
  /** Relative templates are below it. */
  readonly workingDirectory: string;
}

/** Absolute templates in the order in which Lua tries them. */
export function searchTemplates({
  luaPackagePath,
  workingDirectory,
  hasDefault = true,
}: LuaPath): readonly string[] {
  const own = luaPackagePath.split(';').filter((template) => template.trim() !== '');
  return [...new Set([...own, ...(hasDefault ? DEFAULT_TEMPLATES : [])])].map((template) =>
    resolve(workingDirectory, template),
  );
}

/**
 * The files that `require` would find for a module, the one it takes first. A dot leads into a
 * directory, in the name of a plugin too.
 */
export function findModule(name: string, templates: readonly string[]): readonly string[] {
  const path = name.replaceAll('.', '/');
  return templates.map((template) => template.replaceAll('?', path)).filter(isThere);
}

/** What is closed to us, or leads nowhere, is not there for Lua either. */
function isThere(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return false;
  }
}
