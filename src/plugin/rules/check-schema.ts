import type { Finding } from '../finding.ts';
import type { LintRule } from '../lint-rules.ts';
import { fieldOf, isObject, type LuaObject, type LuaValue } from '../lua-value.ts';
import type { RuleSubject } from './rule-subject.ts';

/** Kong 3.9.3, db/schema/metaschema.lua, MetaSubSchema. */
const KEYS: ReadonlySet<string> = new Set([
  'name',
  'fields',
  'entity_checks',
  'shorthand_fields',
  'transformations',
  'check',
]);

/** The top level of the table a schema returns, as far as it can be told without running it. */
export function checkSchema(subject: RuleSubject, returned: LuaValue): readonly Finding[] {
  const { file } = subject;
  if (!isObject(returned))
    return [
      schemaError('schema-return', { file, line: returned.line }, 'the schema returns no table'),
    ];
  return [
    ...checkName(subject, fieldOf(returned, 'name')),
    ...checkFields(subject, fieldOf(returned, 'fields')),
    ...checkKeys(subject, returned),
  ];
}

function checkName({ plugin, file }: RuleSubject, name: LuaValue): readonly Finding[] {
  const at = { file, line: name.line };
  if (name.kind === 'unknown') return [];
  if (name.kind === 'nil')
    return [schemaError('schema-name', at, 'schema violation (name: required field missing)')];
  if (name.kind !== 'string')
    return [schemaError('schema-name', at, 'schema violation (name: expected a string)')];
  if (name.value === plugin) return [];
  return [
    {
      ...at,
      severity: 'warning',
      rule: 'schema-name-differs',
      message: `the schema's name is "${name.value}", but Kong registers it as ${plugin}`,
      remedy: `Write name = "${plugin}" in schema.lua.`,
    },
  ];
}

function checkFields({ file }: RuleSubject, fields: LuaValue): readonly Finding[] {
  if (isObject(fields)) return [];
  const what = fields.kind === 'nil' ? 'required field missing' : 'expected an array';
  return [
    schemaError('schema-fields', { file, line: fields.line }, `schema violation (fields: ${what})`),
  ];
}

function checkKeys({ file }: RuleSubject, schema: LuaObject): readonly Finding[] {
  return [...schema.fields]
    .filter(([key, value]) => !KEYS.has(key) && value.kind !== 'nil')
    .map(([key, { line }]) =>
      schemaError('schema-key', { file, line }, `schema violation (${key}: unknown field)`),
    );
}

function schemaError(rule: LintRule, at: Pick<Finding, 'file' | 'line'>, message: string): Finding {
  return {
    ...at,
    severity: 'error',
    rule,
    message,
    remedy: `Return a table with name and fields; other top-level keys Kong knows: ${[...KEYS].slice(2).join(', ')}.`,
  };
}
