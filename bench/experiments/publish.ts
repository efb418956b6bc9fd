import { join } from 'node:path';
import { memoryFigure, wallFigure } from '../figure.ts';
import { ownFlow, type Flow } from '../lab/flow.ts';
import { publishAnew, type Lab } from '../lab/lab.ts';
import { writePlugin, type PayloadSize } from '../lab/payload.ts';
import { measurePairs, type Pairs } from '../pairs.ts';
import { pairedExperiment, type Experiment } from './experiment.ts';

/** Brings a plugin of this size from a directory to new repositories: packed, pushed, signed. */
const publish =
  (size: PayloadSize, flowOf = ({ ours }: Lab) => ours) =>
  (lab: Lab, count: number): Promise<Pairs> => {
    const plugin = writePlugin(lab.directory(), size);
    const ours = flowOf(lab);
    return measurePairs(
      count,
      () => publishAnew(lab, ours, { plugin }),
      () => publishAnew(lab, lab.seed, { plugin }),
    );
  };

/** A key without a password: to derive a key from one is the floor of both otherwise. */
const withPlainKey = ({ program, context }: Lab): Flow =>
  ownFlow(program, context, [
    ...['--key', join(context.keys, 'plain.pem')],
    '--allow-unencrypted-key',
  ]);

export const PUBLISH: readonly Experiment[] = [
  pairedExperiment({
    name: 'publish-s',
    run: publish('S'),
    figures: (pairs) => [wallFigure('publish-s', pairs)],
  }),
  pairedExperiment({
    name: 'publish-s-plain-key',
    run: publish('S', withPlainKey),
    figures: (pairs) => [wallFigure('publish-s-plain-key', pairs)],
  }),
  pairedExperiment({
    name: 'publish-m',
    pairs: 9,
    run: publish('M'),
    figures: (pairs) => [wallFigure('publish-m', pairs)],
  }),
  pairedExperiment({
    name: 'publish-x',
    ...{ pairs: 5, place: 'disk' },
    run: publish('X'),
    figures: (pairs) => [wallFigure('publish-x', pairs)],
  }),
  pairedExperiment({
    name: 'publish-l',
    ...{ pairs: 3, place: 'disk' },
    run: publish('L'),
    figures: (pairs) => [wallFigure('publish-l', pairs), memoryFigure('memory-publish-l', pairs)],
  }),
];
