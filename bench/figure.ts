import type { FigureName } from './goals.ts';
import type { Usage } from './lab/meter.ts';
import { medianOf, ratioOf, type Pairs } from './pairs.ts';

/** One measured number, with what a reader needs to judge it. */
export interface Figure {
  readonly name: FigureName;
  readonly value: number;
  /** The least and the most of all pairs, where there are several. */
  readonly least?: number;
  readonly most?: number;
  readonly note: string;
  /** The runs behind it. */
  readonly runs?: { readonly ours: readonly Run[]; readonly theirs: readonly Run[] };
}

type Run = Pick<Usage, 'wallMs' | 'cpuMs' | 'peakBytes'>;

const MIB = 1 << 20;
const round = (value: number, digits: number): number => Number(value.toFixed(digits));

const runOf = ({ wallMs, cpuMs, peakBytes }: Usage): Run => ({
  wallMs: round(wallMs, 1),
  cpuMs: round(cpuMs, 1),
  peakBytes,
});

/** Wall time of ours / theirs; CPU time and memory stand in the note. */
export function wallFigure(name: FigureName, pairs: Pairs): Figure {
  const { median, least, most } = ratioOf(pairs, ({ wallMs }) => wallMs);
  const cpu = ratioOf(pairs, ({ cpuMs }) => cpuMs);
  const { ours, theirs } = pairs;
  const milliseconds = (usages: readonly Usage[]): string =>
    medianOf(usages, ({ wallMs }) => wallMs).toFixed(0);
  return {
    name,
    value: round(median, 3),
    least: round(least, 3),
    most: round(most, 3),
    note: [
      `${milliseconds(ours)} / ${milliseconds(theirs)} ms`,
      `CPU time x ${cpu.median.toFixed(2)}`,
      `peak ${peakOf(ours)} / ${peakOf(theirs)} MiB`,
      `${ours.length} pairs`,
    ].join(', '),
    runs: { ours: ours.map(runOf), theirs: theirs.map(runOf) },
  };
}

/** The most memory that our largest process held, in MiB. */
export function memoryFigure(name: FigureName, { ours, theirs }: Pairs): Figure {
  return { name, value: peakOf(ours), note: `seed ${peakOf(theirs)} MiB` };
}

export function plainFigure(name: FigureName, value: number, note: string): Figure {
  return { name, value: round(value, 3), note };
}

function peakOf(usages: readonly Usage[]): number {
  return round(Math.max(...usages.map(({ peakBytes }) => peakBytes)) / MIB, 0);
}
