import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { formatVariables, VARIABLES_FORMATS } from '../../src/kong/format-variables.ts';
import { expectError } from '../support/expect-error.ts';
import { run } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** Values that some of the formats would read otherwise. */
const AWKWARD = {
  PLAIN: 'bundled,my-plugin',
  PATH_OF_LUA: '/opt/lua/?.lua;/opt/lua/?/init.lua;;',
  QUOTES: `it's "so"`,
  EXPANDED: 'a $HOME $(id) `id` %h %% \\n \\ {x} *',
  COMMENT: 'a # b',
  BLANKS: '  a  b ',
  EMPTY: '',
  UMLAUT: 'grün',
};

const PRINT = `process.stdout.write(JSON.stringify(Object.fromEntries(
  ${JSON.stringify(Object.keys(AWKWARD))}.map((name) => [name, process.env[name]]))))`;

it('shell: sh exports exactly these values', async () => {
  const script = `${formatVariables(AWKWARD, 'shell')}\nexec '${process.execPath}' -e "$0"`;
  const { stdout, stderr } = await run('sh', ['-euc', script, PRINT]);
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual(AWKWARD);
});

it('dotenv: Node reads exactly these values', async () => {
  const file = join(temporaryDirectory(), '.env');
  // Node knows no escapes, so that both quotes in one value are beyond it.
  const { QUOTES, ...values } = AWKWARD;
  writeFileSync(file, formatVariables(values, 'dotenv'));
  const { stdout } = await run(process.execPath, [`--env-file=${file}`, '-e', PRINT]);
  expect(JSON.parse(stdout)).toEqual(values);
  expect(formatVariables({ QUOTES }, 'dotenv')).toBe(`QUOTES="it's \\"so\\""`);
});

it('systemd: specifiers, quotes and backslashes are escaped', () => {
  const { EXPANDED, QUOTES, PLAIN } = AWKWARD;
  expect(formatVariables({ EXPANDED, QUOTES, PLAIN }, 'systemd')).toBe(
    [
      '[Service]',
      'Environment="EXPANDED=a $HOME $(id) `id` %%h %%%% \\\\n \\\\ {x} *"',
      `Environment="QUOTES=it's \\"so\\""`,
      'Environment="PLAIN=bundled,my-plugin"',
    ].join('\n'),
  );
});

it('docker: what stands behind the first = is the value', () => {
  const lines = formatVariables(AWKWARD, 'docker').split('\n');
  const read = lines.map((line) => [line.split('=', 1)[0], line.slice(line.indexOf('=') + 1)]);
  expect(Object.fromEntries(read)).toEqual(AWKWARD);
});

it('k8s: items of a YAML list, with $(…) kept from being replaced', () => {
  const { PLAIN, EXPANDED } = AWKWARD;
  expect(formatVariables({ PLAIN, EXPANDED }, 'k8s')).toBe(
    [
      '- name: PLAIN',
      '  value: "bundled,my-plugin"',
      '- name: EXPANDED',
      '  value: "a $HOME $$(id) `id` %h %% \\\\n \\\\ {x} *"',
    ].join('\n'),
  );
});

it.each(VARIABLES_FORMATS)('%s: a value of two lines is refused', async (format) => {
  await expectError(() => formatVariables({ A: 'a\nB=b' }, format), 'USAGE');
});
