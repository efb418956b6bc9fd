import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/plugin/finding.ts';
import { lintWith, summarize } from '../lint-of.ts';

const lintSchema = (schema: string): readonly Finding[] => lintWith({ 'schema.lua': schema });

describe('the schema', () => {
  it.each([
    ['return {fields = {}}', 'error schema-name schema.lua:1'],
    ['return {\n  name = 1, fields = {}}', 'error schema-name schema.lua:2'],
    ['return {name = "my-plugin"}', 'error schema-fields schema.lua:1'],
    ['return {name = "my-plugin", fields = true}', 'error schema-fields schema.lua:1'],
    ['return {name = "my_plugin", fields = {}}', 'warning schema-name-differs schema.lua:1'],
    [
      'return {\n name = "my-plugin",\n fields = {},\n no_consumer = true }',
      'error schema-key schema.lua:4',
    ],
    ['return 1', 'error schema-return schema.lua:1'],
    ['local s = {}', 'error schema-return schema.lua:1'],
  ])('%j: %s', (schema, finding) => {
    expect(summarize(lintSchema(schema))).toEqual([finding]);
  });

  it.each([
    'return build()',
    'local s = {name = "my-plugin"} s.fields = {} return s',
    'return {name = n, fields = f(), entity_checks = {}, shorthand_fields = {}}',
    'return {name = "my-plugin", fields = {}, transformations = {}, check = function() end}',
    'return {name = "my-plugin", fields = {}, no_consumer = nil}',
    'local s = {} for k, v in pairs(t) do s[k] = v end return s',
  ])('%j is fine as far as one can tell', (schema) => {
    expect(lintSchema(schema)).toEqual([]);
  });
});
