import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Figure } from '../../bench/figure.ts';
import { plot } from '../../bench/report/plot.ts';
import { tableRows } from '../../bench/report/table.ts';
import { writeDocument } from '../../bench/report/write-document.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const FIGURES: readonly Figure[] = [
  { name: 'requests-install', value: 7, note: 'seed 13' },
  { name: 'install-s', value: 0.734, least: 0.66, most: 1.06, note: '62 / 83 ms' },
  { name: 'memory-install-s', value: 64, note: 'seed 57 MiB' },
];
const result = (day: string, figures: readonly Figure[]): Parameters<typeof writeDocument>[0] => [
  { experiment: 'some', day, machine: 'a machine', figures },
];

it('says of every figure how it stands to its goal, in the order of the goals', () => {
  expect(tableRows(FIGURES)).toBe(
    [
      '| install S: wall time / seed | ≤ 1.10 | ≤ 0.80 | 0.73 [0.66–1.06] | excellent | 62 / 83 ms |',
      '| install by digest: requests | ≤ 6 | ≤ 5 | 7 | **missed** | seed 13 |',
      '| install S: peak memory | ≤ 150 MiB | ≤ 65 MiB | 64 MiB | excellent | seed 57 MiB |',
      '',
    ].join('\n'),
  );
});

it('plots ratios only, each inside the picture', () => {
  const svg = plot([...FIGURES, { name: 'fleet-200', value: 900, note: '' }]);
  const circles = [...svg.matchAll(/<circle cx="(\d+)"/g)].map(([, x]) => Number(x));
  const [, width = ''] = /viewBox="0 0 (\d+) /.exec(svg) ?? [];
  expect(circles).toHaveLength(2);
  for (const x of circles) expect(x).toBeLessThan(Number(width));
  expect(circles[0]).toBeLessThan(circles[1] ?? 0);
});

it('writes a document of its own, and later only what stands between its marks', () => {
  const directory = temporaryDirectory();
  const file = join(directory, 'performance.md');
  writeDocument(result('2026-01-01', FIGURES), directory);
  writeFileSync(file, `${readFileSync(file, 'utf8')}\nWhat bounds it.\n`);
  writeDocument(result('2026-01-02', FIGURES.slice(0, 1)), directory);
  const text = readFileSync(file, 'utf8');
  expect(text).toContain('What bounds it.');
  expect(text).toContain('Measured on 2026-01-02: a machine.');
  expect(text).not.toMatch(/2026-01-01|install S/);
  expect(readFileSync(join(directory, 'performance.svg'), 'utf8')).toContain('<svg ');
});

it('refuses a document without the marks, and keeps it', () => {
  const directory = temporaryDirectory();
  const file = join(directory, 'performance.md');
  writeFileSync(file, 'by hand\n');
  expect(() => {
    writeDocument(result('2026-01-01', FIGURES), directory);
  }).toThrow('lacks the line <!-- measured');
  expect(readFileSync(file, 'utf8')).toBe('by hand\n');
});
