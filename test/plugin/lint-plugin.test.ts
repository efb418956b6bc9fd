import { describe, expect, it } from 'vitest';
import { lintPlugin } from '../../src/plugin/lint-plugin.ts';
import { fc } from '../support/properties.ts';
import { lintFiles } from './lint-of.ts';
import { pluginSource } from './source-of.ts';

describe('the plugins of testdata', () => {
  it.each(['hello-header', 'quota-notes'])('%s has nothing to complain about', (name) => {
    const files = pluginSource(name)
      .filter(({ path }) => path.startsWith('kong/'))
      .map((source) => ({ path: source.path, source }));
    expect(lintPlugin(name, files)).toEqual([]);
  });
});

describe('any text at all', () => {
  const tokens = `local function return end do if then else for in pairs ( ) { } [ ] = == .. - . : ,
    ; and or not nil true 1 0x10 1.5 10LL "a" [[b]] PRIORITY VERSION H require pcall setmetatable ...
    "kong.singletons" name fields`.split(/\s+/);

  it('is linted without throwing', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...tokens), { maxLength: 30 }), (words) => {
        const text = words.join(' ');
        const findings = lintFiles({ 'handler.lua': text, 'schema.lua': text });
        expect(findings.every(({ line, remedy }) => line >= 1 && remedy !== '')).toBe(true);
      }),
    );
  });
});
