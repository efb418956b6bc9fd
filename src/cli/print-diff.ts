import { styleText } from 'node:util';
import { printableLine } from '../errors/printable.ts';
import type { FactDifference } from '../workflows/compare-facts.ts';
import type { FileDifference } from '../workflows/diff/compare-files.ts';
import type { PluginDiff } from '../workflows/diff/diff-plugins.ts';
import type { Hunk } from '../workflows/diff/line-budget.ts';
import { formatBytes } from './format-bytes.ts';

export interface DiffStyle {
  readonly form: 'names' | 'counts' | 'lines';
  readonly isColoured: boolean;
}

type Style = 'bold' | 'cyan' | 'green' | 'red';
/** A line, and how it stands out. */
type Line = readonly [text: string, style?: Style | undefined];

/**
 * What `diff` shows to people: each line made printable by itself, so that only kongcrate's own
 * colours steer the terminal.
 * @returns lines that each end with a line feed
 */
export function renderDiff({ facts, files }: PluginDiff, { form, isColoured }: DiffStyle): string {
  const lines: readonly Line[] = [
    ...(form === 'names' ? [] : facts.map(renderFact)),
    ...files.flatMap((file) => FORMS[form](file)),
  ];
  return lines
    .map(([text, style]) => {
      const shown = printableLine(text);
      return `${isColoured && style ? styleText(style, shown) : shown}\n`;
    })
    .join('');
}

const FORMS: Record<DiffStyle['form'], (file: FileDifference) => readonly Line[]> = {
  names: ({ path }) => [[path]],
  counts: (file) => [[`${file.path} | ${countOf(file)}`]],
  lines: renderFile,
};

function renderFact({ what, before, after }: FactDifference): Line {
  return [`${what}: ${before ?? '(none)'} → ${after ?? '(none)'}`];
}

function countOf({ change, lines, ...file }: FileDifference): string {
  const count = lines ? `+${lines.added} -${lines.removed}` : describeUnseen(file);
  return change === 'changed' ? count : `${change}, ${count}`;
}

function describeUnseen({ notShown, before, after }: Omit<FileDifference, 'change'>): string {
  const sizes = [before, after].flatMap((file) => (file ? [formatBytes(file.size)] : []));
  return `${notShown ?? ''}, ${sizes.join(' → ')}`;
}

/** As `diff -u` and git write it. */
function renderFile({ hunks, ...file }: FileDifference): readonly Line[] {
  const { path, before, after } = file;
  return [
    [`--- ${before ? `a/${path}` : '/dev/null'}`, 'bold'],
    [`+++ ${after ? `b/${path}` : '/dev/null'}`, 'bold'],
    ...(hunks?.flatMap(renderHunk) ?? [[`(not shown: ${describeUnseen(file)})`] as const]),
  ];
}

const STYLES: Readonly<Record<string, Style>> = { '+': 'green', '-': 'red' };

function renderHunk({ lines, ...hunk }: Hunk): readonly Line[] {
  const { oldStart, oldLines, newStart, newLines } = hunk;
  return [
    [`@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`, 'cyan'],
    ...lines.map((line): Line => [line, STYLES[line.charAt(0)]]),
  ];
}
