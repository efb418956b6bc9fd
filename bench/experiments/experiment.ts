import type { Figure } from '../figure.ts';
import type { Lab, Place } from '../lab/lab.ts';

/** A part of the benchmark that can be run alone, in a lab of its own. */
export interface Experiment {
  readonly name: string;
  readonly place: Place;
  /** How many pairs, or rounds, unless told. */
  readonly pairs: number;
  measure(lab: Lab, pairs: number): Promise<readonly Figure[]>;
}

/** An experiment that is all pairs: what they are, and what is read off them. */
export interface PairedExperiment<Result> {
  readonly name: string;
  readonly place?: Place;
  readonly pairs?: number;
  run(lab: Lab, pairs: number): Promise<Result>;
  figures(result: Result): readonly Figure[];
}

/** Unless told, in memory and often enough for what takes a fraction of a second. */
export function pairedExperiment<Result>(paired: PairedExperiment<Result>): Experiment {
  const { name, place = 'memory', pairs = 21 } = paired;
  return {
    ...{ name, place, pairs },
    measure: async (lab, count) => paired.figures(await paired.run(lab, count)),
  };
}
