import { beforeAll, expect, it } from 'vitest';
import { preparePlace, type Place } from '../local-sigstore/support.ts';
import { startDockerRegistry } from '../support/docker-registry.ts';
import { describeWithPeers } from '../support/peers.ts';
import { expectSigned, nameOfSigning, type SigningCell } from './signing/kongcrate-signs.ts';

/** One row for each kind of signer, log and format; the soak has all. */
const CELLS: readonly SigningCell[] = [
  { format: 'both', material: 'keyless', log: 'rekor1' },
  { format: 'bundle', material: 'keyless', log: 'rekor2+tsa' },
  { format: 'legacy', material: 'keyless', log: 'tsa-only' },
  { format: 'both', material: 'key+log', log: 'rekor1+tsa' },
];

describeWithPeers(
  ['cosign2', 'cosign3', 'docker-registry'],
  'kongcrate signs, cosign verifies',
  () => {
    let place: Place;
    beforeAll(async () => {
      place = await preparePlace((await startDockerRegistry()).host);
    });

    it.each(CELLS.map((cell) => [nameOfSigning(cell), cell] as const))(
      '%s',
      async (_name, cell) => {
        await expectSigned(place, cell);
        expect(place.sigstore.requests().length).toBeGreaterThan(0);
      },
    );
  },
);
