import type { Usage } from './lab/meter.ts';

/** One thing measured: its median, and the least and the most of all runs. */
interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** Two things run in turn. */
export interface Pairs<Run = Usage> {
  readonly ours: readonly Run[];
  readonly theirs: readonly Run[];
}

/**
 * Runs both in turn, A B A B …, so that a machine whose speed drifts slows both, after one run of
 * each that does not count.
 */
export async function measurePairs<Run>(
  count: number,
  ours: () => Promise<Run>,
  theirs: () => Promise<Run>,
): Promise<Pairs<Run>> {
  await ours();
  await theirs();
  const pairs: { ours: Run[]; theirs: Run[] } = { ours: [], theirs: [] };
  for (let index = 0; index < count; index += 1) {
    pairs.ours.push(await ours());
    pairs.theirs.push(await theirs());
  }
  return pairs;
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? NaN;
  const middle = (sorted.length - 1) / 2;
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    least: at(0),
    most: at(sorted.length - 1),
  };
}

/** The ratio ours / theirs, pair by pair: below 1 we need less. */
export function ratioOf<Run>({ ours, theirs }: Pairs<Run>, figure: (run: Run) => number): Spread {
  return spreadOf(
    ours.map((run, index) => {
      const other = theirs[index];
      return other === undefined ? NaN : figure(run) / figure(other);
    }),
  );
}

/** The median of a figure. */
export function medianOf<Run>(runs: readonly Run[], figure: (run: Run) => number): number {
  return spreadOf(runs.map(figure)).median;
}
