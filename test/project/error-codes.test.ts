import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../src/errors/catalogue.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const codes = Object.keys(CATALOGUE);

/** The tests that demand failures, this one left out. */
function failingTests(): string {
  return readdirSync(`${ROOT}test`, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts') && !name.startsWith('project/'))
    .map((name) => readFileSync(`${ROOT}test/${name}`, 'utf8'))
    .filter((text) => /\bexpectError\(|\bstatus\b|\bexitCode\b/.test(text))
    .join('\n');
}

describe('every error code', () => {
  it('is provoked by a test', () => {
    const text = failingTests();
    expect(codes.filter((code) => !text.includes(`'${code}'`))).toEqual([]);
  });

  it('stands in docs/exit-codes.md with its exit status, and no other does', () => {
    const document = readFileSync(`${ROOT}docs/exit-codes.md`, 'utf8');
    const rows = document.matchAll(/^\|\s*`?([A-Z][A-Z_]+)`?\s*\|\s*(\d+)\s*\|/gm);
    const documented = [...rows].map(([, code, exit]) => `${String(code)} ${String(exit)}`);
    const catalogued = Object.entries(CATALOGUE).map(
      ([code, entry]) => `${code} ${entry.exitCode}`,
    );
    expect(documented.sort()).toEqual(catalogued.sort());
  });
});
