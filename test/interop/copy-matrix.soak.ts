import { afterAll, beforeAll, describe, it } from 'vitest';
import { preparePlace } from '../local-sigstore/support.ts';
import { startDockerRegistry } from '../support/docker-registry.ts';
import { describeWithPeers } from '../support/peers.ts';
import { count, report } from '../support/soak.ts';
import { startTestRegistry } from '../support/test-registry.ts';
import { KINDS } from '../workflows/copy/places.ts';
import {
  COPY_SCENARIOS,
  withSecondSigner,
  type CopyPlace,
  type References,
} from './copying/copy-scenarios.ts';
import { runCopyCell } from './copying/run-copy-cell.ts';

const PAIRS = KINDS.flatMap((from) => KINDS.map((to) => [from, to] as const));

describeWithPeers(
  ['cosign2', 'cosign3', 'crane', 'oras', 'skopeo', 'docker-registry'],
  'everything that cosign left, copied',
  () => {
    const hosts = { registry: '', 'old registry': '' };
    let place: CopyPlace;
    let cells = 0;

    beforeAll(async () => {
      const old = await startDockerRegistry();
      hosts.registry = (await startTestRegistry({ referrersApi: true })).host;
      hosts['old registry'] = old.host;
      place = await withSecondSigner(await preparePlace(old.host));
    });
    afterAll(() => {
      report(
        `copy matrix: ${count(cells)} of ${count(COPY_SCENARIOS.length * PAIRS.length)} cells work`,
      );
    });

    describe.each(COPY_SCENARIOS.map((one) => [one.name, one] as const))('%s', (_, scenario) => {
      let references: References;
      beforeAll(async () => {
        references = await scenario.make(place);
      });

      it.each(PAIRS)('from %s to %s', async (from, to) => {
        await runCopyCell(place, hosts, { scenario, references, from, to });
        cells += 1;
      });
    });
  },
);
