import { afterAll, beforeAll, it } from 'vitest';
import { startDockerRegistry } from '../support/docker-registry.ts';
import { COSIGN_CELLS, nameOfCell, whyImpossible } from '../support/local-sigstore/cosign-cell.ts';
import { describeWithPeers } from '../support/peers.ts';
import { report } from '../support/soak.ts';
import { startTestRegistry } from '../support/test-registry.ts';
import { expectRoundTrip, preparePlace, type Place } from './support.ts';

const TWO_HOURS_MS = 2 * 60 * 60 * 1000;
const POSSIBLE = COSIGN_CELLS.filter((cell) => whyImpossible(cell) === undefined);
/** Without log and timestamp nobody knows when a certificate that is over was used. */
const DATED = POSSIBLE.filter(({ material, log }) => material !== 'keyless' || log !== 'none');

const PLACES = {
  'docker-registry': () => startDockerRegistry(),
  'the test registry with referrers': () => startTestRegistry({ referrersApi: true }),
} as const;

describeWithPeers(['cosign2', 'cosign3', 'docker-registry'], 'every way to sign', () => {
  for (const [name, start] of Object.entries(PLACES)) {
    for (const [clock, offsetMs, cells] of [
      ['now', 0, POSSIBLE],
      ['two hours ago', -TWO_HOURS_MS, DATED],
    ] as const) {
      let place: Place;
      beforeAll(async () => {
        place = await preparePlace((await start()).host, offsetMs);
      });
      it.each(cells.map((cell) => [nameOfCell(cell), cell] as const))(
        `${name}, ${clock}: %s`,
        (_name, cell) => expectRoundTrip(place, cell),
      );
    }
  }

  afterAll(() => {
    report(`local sigstore: ${POSSIBLE.length} of ${COSIGN_CELLS.length} cells are possible`);
    const reasons = COSIGN_CELLS.map(whyImpossible).filter((reason) => reason !== undefined);
    for (const reason of new Set(reasons))
      report(`${reasons.filter((one) => one === reason).length} cells impossible: ${reason}`);
  });
});
