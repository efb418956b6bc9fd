import type { Finding } from '../finding.ts';
import { kongVersionParts } from '../kong-version.ts';
import { fieldOf, isObject, type LuaObject, type LuaValue } from '../lua-value.ts';
import type { RuleSubject } from './rule-subject.ts';

/**
 * What Kong checks of the table a handler returns (Kong 3.9.3, db/dao/plugins.lua:95-200). What
 * cannot be told without running the file is a warning.
 */
export function checkHandler(subject: RuleSubject, returned: LuaValue): readonly Finding[] {
  if (!isObject(returned)) return [notATable(subject, returned)];
  return [
    ...checkPriority(subject, fieldOf(returned, 'PRIORITY')),
    ...checkVersion(subject, fieldOf(returned, 'VERSION')),
    ...checkPhases(subject, returned),
  ];
}

function notATable({ file }: RuleSubject, returned: LuaValue): Finding {
  // `require` gives true for a module that returns nothing.
  const given = returned.kind === 'nil' ? 'boolean' : returned.kind;
  return {
    severity: 'error',
    rule: 'handler-return',
    file,
    line: returned.line,
    message: `the handler returns no table: attempt to index local 'handler' (a ${given} value)`,
    remedy: 'End handler.lua with `return` and the table that has PRIORITY and VERSION.',
  };
}

function checkPriority({ plugin, file }: RuleSubject, value: LuaValue): readonly Finding[] {
  const at = { file, line: value.line };
  if (value.kind === 'unknown') return [unknownField(at, 'PRIORITY')];
  if (value.kind === 'number' && Number.isInteger(value.value)) return [];
  return [
    {
      ...at,
      severity: 'error',
      rule: 'priority',
      message: `Plugin "${plugin}" cannot be loaded because its PRIORITY field is not a valid integer number, got: "${luaText(value)}".`,
      remedy: 'Set PRIORITY to an integer such as 1000 in the table that handler.lua returns.',
    },
  ];
}

function checkVersion({ plugin, file }: RuleSubject, value: LuaValue): readonly Finding[] {
  const at = { file, line: value.line };
  if (value.kind === 'unknown') return [unknownField(at, 'VERSION')];
  if (value.kind === 'string' && kongVersionParts(value.value) !== undefined) return [];
  return [
    {
      ...at,
      severity: 'error',
      rule: 'version',
      message: `Plugin "${plugin}" cannot be loaded because its VERSION field does not follow the "x.y.z" format, got: "${luaText(value)}".`,
      remedy: 'Set VERSION to a text such as "1.0.0" in the table that handler.lua returns.',
    },
  ];
}

function checkPhases({ plugin, file }: RuleSubject, handler: LuaObject): readonly Finding[] {
  const phase = (name: string): LuaValue | undefined => {
    const field = handler.fields.get(name);
    return field?.kind === 'function' ? field : undefined;
  };
  const response = phase('response');
  if (response === undefined || (phase('header_filter') ?? phase('body_filter')) === undefined)
    return [];
  return [
    {
      severity: 'error',
      rule: 'response-phase',
      file,
      line: response.line,
      message: `Plugin "${plugin}" can't be loaded because it implements both \`response\` and \`header_filter\` or \`body_filter\` methods.`,
      remedy: 'Keep `response`, or the two filters, but not both.',
    },
  ];
}

function unknownField(at: Pick<Finding, 'file' | 'line'>, field: 'PRIORITY' | 'VERSION'): Finding {
  return {
    ...at,
    severity: 'warning',
    rule: field === 'PRIORITY' ? 'priority-unknown' : 'version-unknown',
    message: `${field} is computed, so it was not checked`,
    remedy: `Write ${field} as a literal in handler.lua to have it checked and shown.`,
  };
}

function luaText(value: LuaValue): string {
  if (value.kind === 'string') return value.value;
  if (value.kind === 'number') return String(value.value).replace('Infinity', 'inf');
  return value.kind;
}
