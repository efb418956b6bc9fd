import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { LINT_RULES } from '../../src/plugin/lint-rules.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

describe('every lint rule', () => {
  it('stands in docs/lint.md with its words, and no other does', () => {
    const document = readFileSync(`${ROOT}docs/lint.md`, 'utf8');
    const rows = [...document.matchAll(/^\| `([a-z-]+)` +\| (.+?) +\|$/gm)];
    expect(Object.fromEntries(rows.map(([, rule, what]) => [rule, what]))).toEqual(LINT_RULES);
  });

  it('is provoked by a test', () => {
    const text = readdirSync(`${ROOT}test`, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.test.ts') && !name.startsWith('project/'))
      .map((name) => readFileSync(`${ROOT}test/${name}`, 'utf8'))
      .join('\n');
    const provoked = (rule: string): boolean =>
      text.includes(`error ${rule} `) ||
      text.includes(`warning ${rule} `) ||
      text.includes(`'${rule}'`) ||
      text.includes(`\${severity} ${rule} `);
    expect(Object.keys(LINT_RULES).filter((rule) => !provoked(rule))).toEqual([]);
  });
});
