import { peer } from '../../test/support/peer-programs.ts';
import { wallFigure } from '../figure.ts';
import type { FigureName } from '../goals.ts';
import type { Lab } from '../lab/lab.ts';
import { measurePairs } from '../pairs.ts';
import { pairedExperiment, type Experiment } from './experiment.ts';

/** Starts the product with these arguments, and another program. */
function start(
  name: FigureName,
  args: readonly string[],
  other: () => readonly string[],
): Experiment {
  return pairedExperiment({
    name,
    pairs: 31,
    run: ({ meter, program, context: { environment: env } }: Lab, count) =>
      measurePairs(
        count,
        () => meter.run({ command: [...program, ...args], env }),
        () => meter.run({ command: other(), env }),
      ),
    figures: (pairs) => [wallFigure(name, pairs)],
  });
}

const emptyNode = (): readonly string[] => [process.execPath, '-e', '0'];

export const START: readonly Experiment[] = [
  start('start-version', ['--version'], emptyNode),
  start('start-help', ['install', '--help'], emptyNode),
  start('start-cosign', ['--version'], () => [peer('cosign3'), 'version']),
];
