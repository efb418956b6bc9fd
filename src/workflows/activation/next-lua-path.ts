import { statePath } from '../../install/node-paths.ts';
import { isOnLuaPath, prependRoot } from '../../kong/lua-path.ts';
import type { KongNode } from '../../kong/node/kong-node.ts';
import type { ActivationTarget } from './check-activation.ts';

/**
 * The `lua_package_path` with which a node finds what is live next: where it names a generation
 * (`env --pinned-path`) the next one, where it does not look into the Lua root that first.
 * @returns `undefined` where it can stay as it is
 */
export function nextLuaPath(
  { luaPackagePath, settings }: KongNode,
  { luaRoot, next }: Pick<ActivationTarget, 'luaRoot' | 'next'>,
): string | undefined {
  const generations = `${statePath(luaRoot, 'generations')}/`;
  const templates = luaPackagePath.split(';');
  if (templates.some((template) => template.startsWith(generations))) {
    const pinned = templates.map((template) =>
      template.startsWith(generations)
        ? `${generations}${next}/${template.slice(generations.length).replace(/^\d+\//, '')}`
        : template,
    );
    return pinned.join(';');
  }
  if (isOnLuaPath(luaRoot, luaPackagePath)) return undefined;
  return prependRoot(luaRoot, settings.get('lua_package_path'));
}
