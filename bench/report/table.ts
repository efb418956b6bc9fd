import type { Figure } from '../figure.ts';
import { FIGURE_NAMES, goalOf, verdictOf, type Goal } from '../goals.ts';

const HEAD = ['figure', 'must', 'excellent', 'measured', 'verdict', ''] as const;

/** The head of a Markdown table of figures. */
export const TABLE_HEAD: string = [HEAD, HEAD.map(() => '---')].map(tableRow).join('');

/** The rows of that table, in the order of the goals. */
export function tableRows(figures: readonly Figure[]): string {
  return FIGURE_NAMES.flatMap((name) => figures.filter((figure) => figure.name === name))
    .map((figure) => tableRow(cells(figure, goalOf(figure.name))))
    .join('');
}

function tableRow(cellTexts: readonly string[]): string {
  return `| ${cellTexts.join(' | ')} |\n`;
}

function cells(figure: Figure, goal: Goal): readonly string[] {
  const limit = (value: number | undefined): string =>
    value === undefined ? '–' : `≤ ${amount(value, goal)}`;
  const verdict = verdictOf(goal, figure.value);
  return [
    goal.title,
    limit(goal.must),
    limit(goal.excellent),
    `${amount(figure.value, goal)}${spread(figure)}`,
    verdict === 'missed' ? '**missed**' : verdict,
    figure.note,
  ];
}

function spread({ least, most }: Figure): string {
  if (least === undefined || most === undefined) return '';
  return ` [${least.toFixed(2)}–${most.toFixed(2)}]`;
}

const amount = (value: number, { unit }: Goal): string => {
  if (unit === 'x') return value.toFixed(2);
  return unit === 'requests' ? `${value}` : `${value.toFixed(0)} ${unit}`;
};
