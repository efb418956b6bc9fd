import { plainFigure, type Figure } from '../figure.ts';
import type { FigureName } from '../goals.ts';
import { installAnew, publishAnew, type Lab } from '../lab/lab.ts';
import type { Usage } from '../lab/meter.ts';
import { writePluginOfFiles } from '../lab/payload.ts';
import { measurePairs, medianOf, type Pairs } from '../pairs.ts';
import type { Experiment } from './experiment.ts';

/** The last is the most files that a plugin may have unless told. */
const FILE_COUNTS = [200, 2_000, 20_000] as const;
type Grown = Readonly<Record<(typeof FILE_COUNTS)[number], Pairs>>;

async function grow(measure: (files: number) => Promise<Pairs>): Promise<Grown> {
  const [few, more, most] = FILE_COUNTS;
  return { [few]: await measure(few), [more]: await measure(more), [most]: await measure(most) };
}

/** The line through the least and the most files: microseconds for each further file. */
function perFile(grown: Grown, side: keyof Pairs, figure: (usage: Usage) => number): number {
  const [few, , most] = FILE_COUNTS;
  const at = (files: keyof Grown): number => medianOf(grown[files][side], figure);
  return ((at(most) - at(few)) / (most - few)) * 1000;
}

function growthFigure(name: FigureName, grown: Grown): Figure {
  const wall = ({ wallMs }: Usage): number => wallMs;
  const cpu = perFile(grown, 'ours', ({ cpuMs }) => cpuMs).toFixed(0);
  const each = FILE_COUNTS.map((files) => medianOf(grown[files].ours, wall).toFixed(0));
  const note = [
    `CPU ${cpu} µs`,
    `seed ${perFile(grown, 'theirs', wall).toFixed(0)} µs`,
    `${FILE_COUNTS.join(' / ')} files in ${each.join(' / ')} ms`,
  ].join(', ');
  return plainFigure(name, perFile(grown, 'ours', wall), note);
}

async function measurePublish(lab: Lab, count: number): Promise<readonly Figure[]> {
  const grown = await grow((files) => {
    const plugin = writePluginOfFiles(lab.directory(), files);
    return measurePairs(
      count,
      () => publishAnew(lab, lab.ours, { plugin }),
      () => publishAnew(lab, lab.seed, { plugin }),
    );
  });
  return [growthFigure('per-file-publish', grown)];
}

async function measureInstall(lab: Lab, count: number): Promise<readonly Figure[]> {
  const grown = await grow(async (files) => {
    const plugin = writePluginOfFiles(lab.directory(), files);
    const ours = await publishAnew(lab, lab.ours, { plugin });
    const theirs = await publishAnew(lab, lab.seed, { plugin });
    return measurePairs(
      count,
      () => installAnew(lab, lab.ours, [ours.reference]),
      () => installAnew(lab, lab.seed, [theirs.reference]),
    );
  });
  return [growthFigure('per-file-install', grown)];
}

export const GROWTH: readonly Experiment[] = [
  { name: 'per-file-publish', place: 'memory', pairs: 5, measure: measurePublish },
  { name: 'per-file-install', place: 'memory', pairs: 5, measure: measureInstall },
];
