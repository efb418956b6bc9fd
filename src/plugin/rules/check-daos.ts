import type { Finding } from '../finding.ts';
import { isObject, type LuaValue } from '../lua-value.ts';
import type { RuleSubject } from './rule-subject.ts';

/** Kong takes a strict array of definitions only (Kong 3.9.3, db/schema/plugin_loader.lua:64). */
export function checkDaos({ plugin, file }: RuleSubject, returned: LuaValue): readonly Finding[] {
  const named = isObject(returned)
    ? [...returned.fields.values()].find(({ kind }) => kind !== 'nil' && kind !== 'unknown')
    : returned;
  if (named === undefined) return [];
  return [
    {
      severity: 'error',
      rule: 'daos-return',
      file,
      line: named.line,
      message: `custom plugin '${plugin}' returned non-array daos definition table`,
      remedy: 'Return the definitions one after the other: return { first, second }.',
    },
  ];
}
