import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatGithub } from '../../src/cli/format-github.ts';
import { formatSarif } from '../../src/cli/format-sarif.ts';
import type { Finding } from '../../src/plugin/finding.ts';
import { HANDLER, SCHEMA } from '../plugin/source-of.ts';
import { runKongcrate } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const FINDING: Finding = {
  severity: 'warning',
  rule: 'missing-module',
  file: 'a#b, c:d%.lua',
  line: 3,
  message: 'two\r\nlines at 100%',
  remedy: 'Mend: it, now.',
};

describe('formatGithub', () => {
  it('escapes what would end a property or a command', () => {
    expect(formatGithub([FINDING, { ...FINDING, severity: 'error' }], ({ file }) => file)).toBe(
      ['warning', 'error']
        .map(
          (severity) =>
            `::${severity} file=a#b%2C c%3Ad%25.lua,line=3,title=kongcrate missing-module` +
            '::two%0D%0Alines at 100%25%0AMend: it, now.',
        )
        .join('\n'),
    );
  });
});

interface Sarif {
  readonly $schema: string;
  readonly version: string;
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly name: string; readonly rules: object[] } };
    readonly results: readonly { readonly ruleId: string; readonly ruleIndex: number }[];
  }[];
}

describe('formatSarif', () => {
  it('has what the schema of SARIF 2.1.0 requires', () => {
    const other: Finding = { ...FINDING, rule: 'lua-syntax', severity: 'error' };
    const log = JSON.parse(formatSarif([FINDING, other], ({ file }) => `lib/${file}`)) as Sarif;
    expect(log.version).toBe('2.1.0');
    expect(log.runs).toHaveLength(1);
    const { tool, results } = log.runs[0] ?? expect.unreachable();
    expect(tool.driver.name).toBe('kongcrate');
    expect(tool.driver.rules).toEqual([
      { id: 'lua-syntax', shortDescription: { text: 'LuaJIT cannot compile a file' } },
      { id: 'missing-module', shortDescription: { text: expect.any(String) as string } },
    ]);
    expect(results[0]).toEqual({
      ruleId: 'missing-module',
      ruleIndex: 1,
      level: 'warning',
      message: { text: 'two\r\nlines at 100%. Mend: it, now.' },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'lib/a%23b,%20c:d%25.lua' },
            region: { startLine: 3 },
          },
        },
      ],
    });
    for (const { ruleId, ruleIndex } of results)
      expect(tool.driver.rules[ruleIndex]).toMatchObject({ id: ruleId });
  });
});

describe('kongcrate lint', () => {
  const top = temporaryDirectory();
  const at = (name: string): string => join(top, name);
  const plugin = (name: string, files: Readonly<Record<string, string>>): string => {
    for (const [path, text] of Object.entries({ 'schema.lua': SCHEMA, ...files })) {
      mkdirSync(dirname(join(at(name), path)), { recursive: true });
      writeFileSync(join(at(name), path), text);
    }
    return at(name);
  };

  it('exits 0 with warnings, and 8 with --strict', async () => {
    const directory = plugin('warned', { 'handler.lua': `require "nobody.has"\n${HANDLER}` });
    const lenient = await runKongcrate(['lint', directory]);
    expect(lenient).toMatchObject({ status: 0, stderr: '' });
    expect(lenient.stdout).toContain('handler.lua:1: warning: module');
    expect(lenient.stdout).toContain('my-plugin 1.0.0: 2 files, nothing that Kong would refuse');
    expect(lenient.stdout).toContain('\nKong operator: yes, ');
    const strict = await runKongcrate(['lint', directory, '--strict']);
    expect(strict.status).toBe(8);
    expect(strict.stdout).toContain('my-plugin: refused, 1 of 1 findings are errors');
  });

  it('prints for GitHub and for scanners, with paths from where it was called', async () => {
    const directory = plugin('bad', { 'handler.lua': 'return {}' });
    const github = await runKongcrate(['lint', directory, '--format', 'github']);
    expect(github.status).toBe(8);
    expect(github.stdout.split('\n')[0]).toBe(
      `::error file=${directory}/handler.lua,line=1,title=kongcrate priority::` +
        'Plugin "my-plugin" cannot be loaded because its PRIORITY field is not a valid integer number, got: "nil".' +
        '%0ASet PRIORITY to an integer such as 1000 in the table that handler.lua returns.',
    );
    const sarif = await runKongcrate(['lint', directory, '--format', 'sarif']);
    expect(sarif.status).toBe(8);
    expect(JSON.parse(sarif.stdout)).toMatchObject({
      runs: [{ results: [{ ruleId: 'priority' }, { ruleId: 'version' }] }],
    });
    const both = await runKongcrate(['lint', directory, '--format', 'sarif', '--json']);
    expect(both).toMatchObject({ status: 2, stdout: '' });
  });

  it('checks for the Kong that is named', async () => {
    const directory = plugin('old', {
      'handler.lua': `local B = require "kong.plugins.base_plugin"\n${HANDLER}`,
    });
    expect(await runKongcrate(['lint', directory])).toMatchObject({ status: 8 });
    const old = await runKongcrate(['lint', directory, '--kong-version', '2.8']);
    expect(old).toMatchObject({ status: 0 });
    const unknown = await runKongcrate(['lint', directory, '--kong-version', 'latest']);
    expect(unknown).toMatchObject({ status: 2, stdout: '' });
  });

  it('says what pack --bundle makes possible', async () => {
    const directory = plugin('many', {
      'handler.lua': `local lib = require "kong.plugins.my-plugin.lib"\n${HANDLER}`,
      'lib.lua': 'return {}',
    });
    expect((await runKongcrate(['lint', directory])).stdout).toContain('Kong operator: no, ');
    const file = at('many.tar.gz');
    const packed = await runKongcrate(['pack', directory, '--bundle', '-o', file]);
    expect(packed).toMatchObject({ status: 0 });
    expect(packed.stderr).toContain('Kong operator: yes, ');
    const inspected = await runKongcrate(['inspect', file]);
    expect(inspected.stdout).toContain('Kong operator: yes, ');
    const pushed = await runKongcrate(['push', file, `oci-layout:${at('layout')}:1.0.0`]);
    expect(pushed).toMatchObject({ status: 0 });
    const artifact = await runKongcrate(['inspect', `oci-layout:${at('layout')}:1.0.0`, '--json']);
    expect(JSON.parse(artifact.stdout)).toMatchObject({
      content: {
        files: [{ path: 'kong/plugins/my-plugin/handler.lua' }, {}],
        capabilities: [{ way: 'kong-operator', possible: true }, {}, {}, {}],
      },
    });
  });
});
