import type { Figure } from '../figure.ts';
import { FIGURE_NAMES, goalOf, verdictOf, type Goal, type Verdict } from '../goals.ts';

const ROW_HEIGHT = 24;
const TOP = 56;
const LABEL_WIDTH = 400;
const CHART_WIDTH = 440;
const WIDTH = LABEL_WIDTH + CHART_WIDTH + 70;
/** The scale's ends. */
const LEAST = 0.05;
const MOST = 5;
const TICKS = [LEAST, 0.1, 0.2, 0.5, 1, 2, MOST];
const COLOURS: Readonly<Record<Verdict, string>> = {
  excellent: '#1a7f37',
  met: '#0969da',
  missed: '#cf222e',
  'no goal': '#57606a',
};
const LEGEND =
  'dot: median of the pairs, with least and most; grey band: up to what it must be; lower is better';

/** The ratios as an SVG: one row a figure, on a logarithmic scale. */
export function plot(figures: readonly Figure[]): string {
  const rows = FIGURE_NAMES.flatMap((name) => {
    const figure = figures.find((other) => other.name === name);
    const goal = goalOf(name);
    return figure !== undefined && goal.unit === 'x' ? [{ figure, goal }] : [];
  });
  const height = TOP + rows.length * ROW_HEIGHT + 12;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    text({ x: 12, y: 20 }, LEGEND),
    ...TICKS.map((tick) => axisTick(tick, height)),
    ...rows.map((row, index) => drawRow(row, TOP + (index + 0.5) * ROW_HEIGHT)),
    '</svg>\n',
  ].join('\n');
}

/** Where a ratio stands; what is off the scale stands at its end. */
function xOf(ratio: number): number {
  const shown = Math.min(MOST, Math.max(LEAST, ratio));
  const part = Math.log(shown / LEAST) / Math.log(MOST / LEAST);
  return Math.round(LABEL_WIDTH + part * CHART_WIDTH);
}

function axisTick(tick: number, height: number): string {
  const x = xOf(tick);
  const colour = tick === 1 ? '#24292f' : '#d0d7de';
  return (
    text({ x, y: TOP - 8, anchor: 'middle' }, `${tick}`) +
    line({ x1: x, x2: x, y1: TOP, y2: height - 12 }, colour, 1)
  );
}

function drawRow({ figure, goal }: { figure: Figure; goal: Goal }, y: number): string {
  const { value, least = value, most = value } = figure;
  const colour = COLOURS[verdictOf(goal, value)];
  return [
    text({ x: LABEL_WIDTH - 12, y: y + 4, anchor: 'end' }, goal.title),
    goal.must === undefined
      ? ''
      : line({ x1: LABEL_WIDTH, x2: xOf(goal.must), y1: y, y2: y }, '#eaeef2', 16),
    line({ x1: xOf(least), x2: xOf(most), y1: y, y2: y }, colour, 2),
    `<circle cx="${xOf(value)}" cy="${y}" r="5" fill="${colour}"/>`,
    text({ x: WIDTH - 12, y: y + 4, anchor: 'end' }, value.toFixed(2)),
  ].join('');
}

interface Line {
  readonly x1: number;
  readonly x2: number;
  readonly y1: number;
  readonly y2: number;
}

function line({ x1, x2, y1, y2 }: Line, colour: string, width: number): string {
  return `<line x1="${x1}" x2="${x2}" y1="${y1}" y2="${y2}" stroke="${colour}" stroke-width="${width}"/>`;
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly anchor?: 'start' | 'middle' | 'end';
}

function text({ x, y, anchor = 'start' }: Place, content: string): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x}" y="${y}" text-anchor="${anchor}">${escaped}</text>`;
}
