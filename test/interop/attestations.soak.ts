import { beforeAll, describe, it } from 'vitest';
import { preparePlace, type Place } from '../local-sigstore/support.ts';
import { startDockerRegistry } from '../support/docker-registry.ts';
import { describeWithPeers } from '../support/peers.ts';
import { count, report } from '../support/soak.ts';
import { startTestRegistry } from '../support/test-registry.ts';
import { ATTEST_CELLS, expectAttested, nameOfAttesting } from './attesting/publish-attested.ts';

const REGISTRIES = [
  ['without referrers', startDockerRegistry],
  ['with referrers', () => startTestRegistry({ referrersApi: true })],
] as const;

describeWithPeers(['cosign2', 'cosign3', 'docker-registry'], 'publish attests', () => {
  report(`attestations: ${count(ATTEST_CELLS.length * REGISTRIES.length)} cells of three types`);
  describe.each(REGISTRIES)('%s', (_registry, start) => {
    let place: Place;
    beforeAll(async () => {
      place = await preparePlace((await start()).host);
    });

    it.each(ATTEST_CELLS.map((cell) => [nameOfAttesting(cell), cell] as const))(
      '%s',
      (_name, cell) => expectAttested(place, cell),
    );
  });
});
