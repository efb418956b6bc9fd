import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../lab/root.ts';
import { plot } from './plot.ts';
import type { Result } from './results.ts';
import { TABLE_HEAD, tableRows } from './table.ts';

const BEGIN = '<!-- measured: npm run bench -- --write -->';
const END = '<!-- end of what was measured -->';
const NEW_DOCUMENT = `# Performance\n\n${BEGIN}\n${END}\n`;

/**
 * Writes table and plot into docs/performance.md and docs/performance.svg; what stands outside the
 * marks of the table stays.
 */
export function writeDocument(
  results: readonly Result[],
  directory: string = join(ROOT, 'docs'),
): void {
  const figures = results.flatMap((result) => result.figures);
  const machines = results.map(({ day, machine }) => `Measured on ${day}: ${machine}.\n`);
  const measured = [
    TABLE_HEAD,
    tableRows(figures),
    '\n![Ratios to what each figure is compared with](performance.svg)\n\n',
    [...new Set(machines)].join('\n'),
  ].join('');
  const file = join(directory, 'performance.md');
  const before = existsSync(file) ? readFileSync(file, 'utf8') : NEW_DOCUMENT;
  const [head, rest] = before.split(BEGIN);
  const tail = rest?.split(END)[1];
  if (head === undefined || tail === undefined)
    throw new Error(`${file} lacks the line ${BEGIN} or ${END}, between which the table stands`);
  writeFileSync(file, `${head}${BEGIN}\n\n${measured}\n${END}${tail}`);
  writeFileSync(join(directory, 'performance.svg'), plot(figures));
}
