import { wallFigure } from '../figure.ts';
import type { Flow } from '../lab/flow.ts';
import { installAnew, publishAnew, type Lab } from '../lab/lab.ts';
import { writePlugin } from '../lab/payload.ts';
import { measurePairs, type Pairs } from '../pairs.ts';
import { pairedExperiment, type Experiment } from './experiment.ts';

/** Publishes so many small plugins, each of another name. */
async function publishAll(lab: Lab, flow: Flow, count: number): Promise<readonly string[]> {
  const references: string[] = [];
  for (let index = 1; index <= count; index += 1) {
    const plugin = writePlugin(lab.directory(), 'S', `plugin-${index}`);
    references.push((await publishAnew(lab, flow, { plugin })).reference);
  }
  return references;
}

/** Installs so many plugins: in one command, and by hand one after the other. */
const installSeveral =
  (plugins: number) =>
  async (lab: Lab, count: number): Promise<Pairs> => {
    const ours = await publishAll(lab, lab.ours, plugins);
    const theirs = await publishAll(lab, lab.seed, plugins);
    return measurePairs(
      count,
      () => installAnew(lab, lab.ours, ours),
      () => installAnew(lab, lab.seed, theirs),
    );
  };

export const SEVERAL: readonly Experiment[] = [
  pairedExperiment({
    name: 'install-10',
    pairs: 9,
    run: installSeveral(10),
    figures: (pairs) => [wallFigure('install-10', pairs)],
  }),
  pairedExperiment({
    name: 'install-100',
    pairs: 3,
    run: installSeveral(100),
    figures: (pairs) => [wallFigure('install-100', pairs)],
  }),
];
