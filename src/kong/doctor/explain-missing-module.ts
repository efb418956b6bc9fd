import { dirname } from 'node:path';
import { shellWord } from '../format-variables.ts';
import { findModule } from '../node/find-module.ts';
import type { DoctorFinding } from './finding.ts';
import { luaRootsOf } from './lua-roots.ts';
import type { Patient } from './patient.ts';

type Explanation = Pick<DoctorFinding, 'cause' | 'fix'>;

/**
 * Says who could provide a module that a plugin asks for in vain.
 * @returns `undefined` where Lua finds it by now
 */
export function explainMissingModule(
  module: string,
  patient: Patient,
): ((plugin: string) => Explanation) | undefined {
  const [view] = patient.views;
  if (findModule(module, view.templates).length > 0) return undefined;
  const { unsearched } = luaRootsOf(view, patient);
  const [elsewhere] = findModule(
    module,
    unsearched.flatMap((root) => [`${root}/?.lua`, `${root}/?/init.lua`]),
  );
  const where =
    elsewhere === undefined ? '' : `; ${elsewhere} is there, and the Lua path leads elsewhere`;
  const fix = elsewhere === undefined ? provider(module, patient) : adviseMove(elsewhere, module);
  return (plugin) => ({
    cause: `${plugin} needs the module ${module}, which stands nowhere on the Lua path${where}`,
    fix,
  });
}

function adviseMove(file: string, module: string): string {
  const version = /\/lua\/(5\.[234])\//.exec(file)?.[1];
  if (version !== undefined)
    return `It was installed for Lua ${version}: luarocks --lua-version 5.1 install the rock that has ${module}`;
  const depth = module.split('.').length;
  let root = file;
  for (let level = 0; level < depth; level += 1) root = dirname(root);
  return `Add the directory to lua_package_path: ${shellWord(`${root}/?.lua;${root}/?/init.lua;;`)}`;
}

function provider(module: string, { removedModules }: Patient): string {
  const advice = removedModules.get(module);
  if (advice !== undefined)
    return `Kong no longer has this module: use a newer version of the plugin. For its author: ${advice}`;
  const [first = '', second = '', plugin] = module.split('.');
  if (first === 'kong' && second === 'plugins')
    return `It belongs to the plugin ${plugin ?? ''}: install that one too, or a version of the plugin that packs it.`;
  if (first === 'kong')
    return `It is a module of another version of Kong: use a version of the plugin that is made for yours.`;
  const rock =
    first === 'resty' && second !== '' ? `lua-resty-${second.replaceAll('_', '-')}` : first;
  return `Look for a rock that has it (luarocks search ${rock}), install it with luarocks --lua-version 5.1 install, or have the plugin pack it.`;
}
