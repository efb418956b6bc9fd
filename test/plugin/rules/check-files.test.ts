import { describe, expect, it } from 'vitest';
import { renderFindings } from '../../../src/cli/print-findings.ts';
import { describeFinding } from '../../../src/plugin/finding.ts';
import { lintPlugin } from '../../../src/plugin/lint-plugin.ts';
import type { SourceFile } from '../../../src/plugin/source-file.ts';
import { lintFiles, lintWith, summarize } from '../lint-of.ts';
import { HANDLER, SCHEMA } from '../source-of.ts';

describe('files', () => {
  it('are a handler and a schema at least', () => {
    const findings = lintFiles({});
    expect(findings.map(({ rule }) => rule)).toEqual(['handler-missing', 'schema-missing']);
    expect(findings[0]?.message).toContain('my-plugin plugin is enabled but not installed');
    expect(findings[1]?.message).toContain('no configuration schema found for plugin: my-plugin');
  });

  it('may be init modules, with a warning', () => {
    const findings = lintFiles({ 'handler/init.lua': HANDLER, 'schema/init.lua': 'return 1' });
    expect(summarize(findings)).toEqual([
      'warning init-module handler/init.lua:1',
      'warning init-module schema/init.lua:1',
      'error schema-return schema/init.lua:1',
    ]);
  });

  it('report syntax errors by line, for every Lua file and nothing else', () => {
    const bad = 'local a = 1\nlocal = 2\n';
    const findings = lintFiles({
      'handler.lua': HANDLER,
      'schema.lua': SCHEMA,
      'lib/a.lua': bad,
      'data.txt': bad,
    });
    expect(summarize(findings)).toEqual(['error lua-syntax lib/a.lua:2']);
    expect(findings[0]?.message).toBe("<name> expected near '='");
  });

  it('are not parsed when they are very large', () => {
    const data = `return "${'x'.repeat(1024 * 1024)}"`;
    const findings = lintWith({ 'data.lua': data });
    expect(summarize(findings)).toEqual(['warning lua-too-large data.lua:1']);
    const large = lintFiles({
      'handler.lua': `${'goto x '.repeat(1001)}${HANDLER}`,
      'schema.lua': data,
    });
    expect(summarize(large)).toEqual([
      'warning lua-too-large handler.lua:1',
      'warning lua-too-large schema.lua:1',
    ]);
  });

  it.each([
    ['aux.lua', 'device'],
    ['lib/CON.lua', 'device'],
    ['com1/x.lua', 'device'],
    ['nul', 'device'],
    ['a ./b.lua', 'Windows cannot hold'],
    ['a.', 'Windows cannot hold'],
    ['a:b.lua', 'Windows cannot hold'],
    ['größe.lua', 'ASCII'],
  ])('have names that every system can hold, unlike %s', (path, why) => {
    const findings = lintWith({ [path]: '' });
    expect(summarize(findings)).toEqual([`error file-name ${path}:1`]);
    expect(findings[0]?.message).toContain(why);
    expect(findings[0]?.message).toContain(JSON.stringify(`kong/plugins/my-plugin/${path}`));
  });

  it.each(['auxiliary.lua', 'contact/prn-x.lua', 'com10.lua', 'a.b/c d.lua'])(
    'may be named %s',
    (path) => {
      expect(lintWith({ [path]: '' })).toEqual([]);
    },
  );

  it('are named by their bytes where these are no UTF-8', () => {
    const source: SourceFile = { path: 'a\ufffd.lua', kind: 'not-utf8', bytes: new Uint8Array() };
    const [finding] = lintPlugin('jwt', [
      { path: `kong/plugins/jwt/${source.path}`, source },
    ]).filter(({ rule }) => rule === 'file-name');
    expect(finding?.message).toContain(
      '"kong/plugins/jwt/a\ufffd.lua" has a name that is no UTF-8',
    );
  });

  it('do not carry the name of a bundled plugin', () => {
    const files = { 'handler.lua': HANDLER, 'schema.lua': SCHEMA.replace('my-plugin', 'jwt') };
    const findings = lintFiles(files, 'jwt');
    expect(findings.map(({ rule }) => rule)).toEqual(['bundled-name']);
    expect(findings.map(describeFinding)).toEqual([
      expect.stringMatching(/^kong\/plugins\/jwt\/: jwt is the name/),
    ]);
    expect(renderFindings(findings)).toMatch(/^kong\/plugins\/jwt\/: error: jwt/);
  });
});
