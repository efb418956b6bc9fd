import { beforeAll, expect, it } from 'vitest';
import { preparePlace } from '../local-sigstore/support.ts';
import { startDockerRegistry } from '../support/docker-registry.ts';
import { describeWithPeers } from '../support/peers.ts';
import { COPY_SCENARIOS, withSecondSigner, type CopyPlace } from './copying/copy-scenarios.ts';
import { runCopyCell } from './copying/run-copy-cell.ts';

describeWithPeers(
  ['cosign2', 'cosign3', 'crane', 'oras', 'skopeo', 'docker-registry'],
  'what cosign left, copied',
  () => {
    const hosts = { registry: '', 'old registry': '' };
    let place: CopyPlace;

    beforeAll(async () => {
      const { host } = await startDockerRegistry();
      hosts['old registry'] = host;
      place = await withSecondSigner(await preparePlace(host));
    });

    // What keys sign, copy.test.ts has; the soak has every pair of places.
    it.each([
      ['keyless', 'layout', 'archive'],
      ['attestations', 'archive', 'old registry'],
    ] as const)('%s, from %s to %s', async (name, from, to) => {
      const scenario = COPY_SCENARIOS.find((one) => one.name === name);
      if (!scenario) return expect.unreachable(name);
      const references = await scenario.make(place);
      return runCopyCell(place, hosts, { scenario, references, from, to });
    });
  },
);
