import { resolve } from 'node:path';
import type { LoadView, Patient } from './patient.ts';

/** The directories that plugins stand below, or could. */
export interface LuaRoots {
  /** `lua_package_path` leads into them. */
  readonly searched: readonly string[];
  readonly unsearched: readonly string[];
}

/** Where Kong's own code stands, and where its documentation mounts plugins. */
const USUAL = ['/usr/local/share/lua/5.1', '/opt'];

/** Where LuaRocks puts what was installed for another Lua than Kong's. */
const OTHER_VERSIONS = ['5.2', '5.3', '5.4'].map((version) => `/usr/local/share/lua/${version}`);

export function luaRootsOf(view: LoadView, { node, luaRoot }: Patient): LuaRoots {
  const suffix = '/?.lua';
  const searched = view.templates
    .filter((template) => template.endsWith(suffix))
    .map((template) => template.slice(0, -suffix.length))
    // From `./?.lua` where Kong was started in `/`: not a place that anybody chose.
    .filter((root) => root !== '');
  const named = view.luaPackagePath.split(';').map((template) => rootOf(template, node));
  const others = [...named, luaRoot, ...USUAL, ...OTHER_VERSIONS];
  const unsearched = others.filter((root) => root !== '/' && !searched.includes(root));
  return { searched: [...new Set(searched)], unsearched: [...new Set(unsearched)] };
}

/** What a template names, even where it was written so that it leads nowhere. */
function rootOf(template: string, { workingDirectory }: Patient['node']): string {
  const path = template.replaceAll(/["']/g, '').trim().split('?')[0] ?? '';
  return resolve(workingDirectory, path);
}
