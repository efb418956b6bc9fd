import { plainFigure, type Figure } from '../figure.ts';
import { peer } from '../../test/support/peer-programs.ts';
import { withCountingProxy, type CountingProxy } from '../lab/counting-proxy.ts';
import { installAnew, publishAnew, type Lab } from '../lab/lab.ts';
import type { Task } from '../lab/meter.ts';
import { writePlugin, type Plugin } from '../lab/payload.ts';
import type { Experiment } from './experiment.ts';

interface Counted {
  readonly lab: Lab;
  readonly plugin: Plugin;
  /** Runs `work` and gives the number of requests it sent. */
  readonly count: (work: () => Promise<unknown>) => Promise<number>;
}

const withoutDigest = (reference: string): string => `${reference.split('@')[0] ?? ''}:1.0.0`;

async function countPublish(
  { lab, plugin, count }: Counted,
  host: string,
): Promise<readonly Figure[]> {
  const repeat = async (flow: Lab['ours']): Promise<readonly [number, number]> => {
    const reference = `${host}/counted/${flow.name.replace(' ', '-')}:1.0.0`;
    const again = (): Promise<number> =>
      count(() => lab.meter.run(flow.publish(plugin, reference, lab.directory())));
    return [await again(), await again()];
  };
  const [ours, theirs] = [await repeat(lab.ours), await repeat(lab.seed)];
  return [
    plainFigure('requests-publish', ours[0], `seed ${theirs[0]}, which signs one format`),
    plainFigure('requests-publish-again', ours[1], `seed ${theirs[1]}, which signs once more`),
  ];
}

async function countInstall(
  { lab, plugin, count }: Counted,
  host: string,
): Promise<readonly Figure[]> {
  const ours = (await publishAnew(lab, lab.ours, { plugin, host })).reference;
  const theirs = (await publishAnew(lab, lab.seed, { plugin, host })).reference;
  const work = lab.directory();
  const install = (reference: string): Promise<number> =>
    count(() => lab.meter.run(lab.ours.install([reference], work)));
  const seed = (): Promise<number> => count(() => installAnew(lab, lab.seed, [theirs]));
  const figures = [
    plainFigure('requests-install', await install(ours), `seed ${await seed()}`),
    plainFigure('requests-install-again', await install(ours), 'seed as the first time'),
    plainFigure(
      'requests-install-again-by-tag',
      await install(withoutDigest(ours)),
      'seed as the first time',
    ),
  ];
  for (const reference of [ours, theirs])
    for (let signatures = 1; signatures < 10; signatures += 1)
      await lab.meter.run(signOnceMore(lab, reference));
  const signed = await count(() => installAnew(lab, lab.ours, [ours]));
  return [
    ...figures,
    plainFigure('requests-install-signed-10-times', signed, `seed ${await seed()}`),
  ];
}

/** cosign 3 adds a signature each time. */
function signOnceMore({ context: { keys, environment } }: Lab, reference: string): Task {
  const flags = ['--key', `${keys}/cosign.key`, '--signing-config', `${keys}/signing.json`];
  return { command: [peer('cosign3'), 'sign', ...flags, '-y', reference], env: environment };
}

const counting =
  (measure: (counted: Counted, host: string) => Promise<readonly Figure[]>) =>
  (lab: Lab): Promise<readonly Figure[]> =>
    withCountingProxy(lab.registry.host, (proxy: CountingProxy) => {
      const count = async (work: () => Promise<unknown>): Promise<number> => {
        proxy.take();
        await work();
        return proxy.take().length;
      };
      return measure({ lab, plugin: writePlugin(lab.directory(), 'S'), count }, proxy.host);
    });

export const REQUESTS: readonly Experiment[] = [
  { name: 'requests-publish', place: 'memory', pairs: 1, measure: counting(countPublish) },
  { name: 'requests-install', place: 'memory', pairs: 1, measure: counting(countInstall) },
];
