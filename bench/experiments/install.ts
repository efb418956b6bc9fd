import { memoryFigure, plainFigure, wallFigure, type Figure } from '../figure.ts';
import type { FigureName } from '../goals.ts';
import { installAnew, publishAnew, type Lab } from '../lab/lab.ts';
import { occupiedBytes } from '../lab/occupied-bytes.ts';
import { writePlugin, type PayloadSize } from '../lab/payload.ts';
import { measurePairs, medianOf, type Pairs } from '../pairs.ts';
import { pairedExperiment, type Experiment } from './experiment.ts';

interface Installs extends Pairs {
  /** What the plugin's files take on a disk. */
  readonly payloadBytes: number;
}

/** Brings a plugin of this size from a repository to new Lua roots: verified, unpacked, in place. */
const install =
  (size: PayloadSize, seedOf = ({ seed }: Lab) => seed) =>
  async (lab: Lab, count: number): Promise<Installs> => {
    const plugin = writePlugin(lab.directory(), size);
    const seed = seedOf(lab);
    const ours = await publishAnew(lab, lab.ours, { plugin });
    const theirs = await publishAnew(lab, seed, { plugin });
    const pairs = await measurePairs(
      count,
      () => installAnew(lab, lab.ours, [ours.reference]),
      () => installAnew(lab, seed, [theirs.reference]),
    );
    return { ...pairs, payloadBytes: occupiedBytes(plugin.parent) };
  };

/** What went to the disk, as a multiple of what the plugin's files take there. */
function writtenFigure(name: FigureName, { ours, theirs, payloadBytes }: Installs): Figure {
  const times = (usages: Pairs['ours']): number =>
    medianOf(usages, ({ writtenBytes }) => writtenBytes) / payloadBytes;
  return plainFigure(name, times(ours), `seed ${times(theirs).toFixed(2)}`);
}

export const INSTALL: readonly Experiment[] = [
  pairedExperiment({
    name: 'install-s',
    run: install('S'),
    figures: (pairs) => [wallFigure('install-s', pairs), memoryFigure('memory-install-s', pairs)],
  }),
  pairedExperiment({
    name: 'install-s-cosign-2',
    run: install('S', ({ seedOfCosign2 }) => seedOfCosign2),
    figures: (pairs) => [wallFigure('install-s-cosign-2', pairs)],
  }),
  pairedExperiment({
    name: 'install-m',
    pairs: 15,
    run: install('M'),
    figures: (pairs) => [wallFigure('install-m', pairs), memoryFigure('memory-install-m', pairs)],
  }),
  pairedExperiment({
    name: 'install-x',
    ...{ pairs: 5, place: 'disk' },
    run: install('X'),
    figures: (pairs) => [wallFigure('install-x', pairs), memoryFigure('memory-install-x', pairs)],
  }),
  pairedExperiment({
    name: 'install-l',
    ...{ pairs: 3, place: 'disk' },
    run: install('L'),
    figures: (pairs) => [
      wallFigure('install-l', pairs),
      memoryFigure('memory-install-l', pairs),
      writtenFigure('written-l', pairs),
    ],
  }),
  pairedExperiment({
    name: 'written-m',
    ...{ pairs: 1, place: 'disk' },
    run: install('M'),
    figures: (pairs) => [writtenFigure('written-m', pairs)],
  }),
];
