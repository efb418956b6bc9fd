import { wallFigure } from '../figure.ts';
import { installAnew, publishAnew, type Lab } from '../lab/lab.ts';
import { writePlugin } from '../lab/payload.ts';
import { withSlowLink } from '../lab/slow-link.ts';
import { measurePairs, type Pairs } from '../pairs.ts';
import { pairedExperiment, type Experiment } from './experiment.ts';

const ROUND_TRIP_MS = 40;

function publish(lab: Lab, count: number): Promise<Pairs> {
  const plugin = writePlugin(lab.directory(), 'S');
  return withSlowLink(lab.registry.host, ROUND_TRIP_MS, (host) =>
    measurePairs(
      count,
      () => publishAnew(lab, lab.ours, { plugin, host }),
      () => publishAnew(lab, lab.seed, { plugin, host }),
    ),
  );
}

function install(lab: Lab, count: number): Promise<Pairs> {
  const plugin = writePlugin(lab.directory(), 'S');
  return withSlowLink(lab.registry.host, ROUND_TRIP_MS, async (host) => {
    const ours = await publishAnew(lab, lab.ours, { plugin, host });
    const theirs = await publishAnew(lab, lab.seed, { plugin, host });
    return measurePairs(
      count,
      () => installAnew(lab, lab.ours, [ours.reference]),
      () => installAnew(lab, lab.seed, [theirs.reference]),
    );
  });
}

export const LINK: readonly Experiment[] = [
  pairedExperiment({
    name: 'link-publish-s',
    pairs: 15,
    run: publish,
    figures: (pairs) => [wallFigure('link-publish-s', pairs)],
  }),
  pairedExperiment({
    name: 'link-install-s',
    pairs: 15,
    run: install,
    figures: (pairs) => [wallFigure('link-install-s', pairs)],
  }),
];
