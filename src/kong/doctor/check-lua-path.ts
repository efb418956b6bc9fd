import type { DoctorFinding } from './finding.ts';
import type { LoadView } from './patient.ts';

/** Templates of `lua_package_path` that lead nowhere as they are written. */
export function checkLuaPath({ luaPackagePath, from }: LoadView): readonly DoctorFinding[] {
  const templates = luaPackagePath.split(';').filter((template) => template.trim() !== '');
  const strange = templates.filter((template) => mend(template) !== template);
  if (strange.length === 0) return [];
  const shown = strange.map((template) => JSON.stringify(template)).join(', ');
  return [
    {
      code: 'lua-path-malformed',
      severity: 'error',
      cause: `lua_package_path leads nowhere with ${shown}: Lua takes blanks and quotes as a part of the path, and looks only where a ? stands`,
      evidence: [from.luaPackagePath],
      fix: `Write it as lua_package_path = ${templates.map(mend).join(';')};;`,
      plugins: [],
    },
  ];
}

function mend(template: string): string {
  const path = template.replaceAll(/["']/g, '').trim();
  if (path.includes('?')) return path;
  const root = path.replace(/\/$/, '');
  return `${root}/?.lua;${root}/?/init.lua`;
}
