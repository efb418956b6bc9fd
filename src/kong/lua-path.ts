import { existsSync, realpathSync } from 'node:fs';
import { posix } from 'node:path';
import { KongcrateError } from '../errors/kongcrate-error.ts';

/** Kong puts the setting between quotes into nginx.conf; the others split or expand a Lua path. */
const UNSAFE = /[;?'"\\$\p{Cc}]/u;

/** What every Kong searches after its setting, as far as plugins can stand there (KONG.md 1.2). */
const ALWAYS_SEARCHED = rootTemplates('/usr/local/share/lua/5.1');

/**
 * The templates with which Lua finds all modules below a Lua root: a module may be `X/init.lua`.
 * @throws KongcrateError USAGE for a path that no `lua_package_path` can hold
 */
export function rootTemplates(luaRoot: string): string {
  if (UNSAFE.test(luaRoot))
    throw new KongcrateError('USAGE', `no lua_package_path can hold ${JSON.stringify(luaRoot)}`, {
      remedy: 'Choose a --lua-root without quotes, ;, ?, $ and backslashes.',
    });
  return `${luaRoot}/?.lua;${luaRoot}/?/init.lua;`;
}

/**
 * Whether Kong finds what stands below a Lua root, itself or through a link.
 * @param setting the value of `lua_package_path`
 */
export function isOnLuaPath(luaRoot: string, setting: string): boolean {
  const searched = new Set(templatesOf(searchedBy(setting)));
  return [luaRoot, existsSync(luaRoot) ? realpathSync(luaRoot) : luaRoot].some((root) =>
    templatesOf(rootTemplates(root)).every((template) => searched.has(template)),
  );
}

/** A setting that has Kong look into a Lua root first, and then where it looks now. */
export function prependRoot(luaRoot: string, setting: string | undefined): string {
  return rootTemplates(luaRoot) + (setting ?? ';');
}

/** The whole path that Kong makes of a setting. */
export function searchedBy(setting: string): string {
  return `${setting};${ALWAYS_SEARCHED}`;
}

/** Whether handler and schema of a plugin are found over a path. */
export function findsPlugin(name: string, path: string): boolean {
  return ['handler', 'schema'].every((file) =>
    templatesOf(path).some((template) =>
      existsSync(template.replaceAll('?', `kong/plugins/${name}/${file}`)),
    ),
  );
}

/** Those that do not depend on where Kong is started. */
function templatesOf(path: string): readonly string[] {
  return path.split(';').filter((template) => posix.isAbsolute(template));
}
