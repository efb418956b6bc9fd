import { beforeAll, describe, it } from 'vitest';
import { preparePlace, type Place } from '../local-sigstore/support.ts';
import { startDockerRegistry } from '../support/docker-registry.ts';
import { describeWithPeers } from '../support/peers.ts';
import { count, report } from '../support/soak.ts';
import { startTestRegistry } from '../support/test-registry.ts';
import {
  expectSigned,
  nameOfSigning,
  SIGNING_CELLS,
  whyUnsignable,
} from './signing/kongcrate-signs.ts';

const TWO_HOURS_MS = 2 * 60 * 60 * 1000;
const CELLS = SIGNING_CELLS.filter((cell) => whyUnsignable(cell) === undefined);
const TIMES = [
  ['now', 0],
  ['after the certificates have expired', -TWO_HOURS_MS],
] as const;
const REGISTRIES = [
  ['without referrers', startDockerRegistry],
  ['with referrers', () => startTestRegistry({ referrersApi: true })],
] as const;

describeWithPeers(['cosign2', 'cosign3', 'docker-registry'], 'kongcrate signs', () => {
  report(
    `signing matrix: ${count(CELLS.length * TIMES.length * REGISTRIES.length)} rows, ` +
      `${SIGNING_CELLS.length - CELLS.length} impossible cells`,
  );
  for (const [registry, start] of REGISTRIES)
    describe.each(TIMES)(`${registry}, %s`, (_time, clockOffsetMs) => {
      let place: Place;
      beforeAll(async () => {
        place = await preparePlace((await start()).host, clockOffsetMs);
      });

      it.each(CELLS.map((cell) => [nameOfSigning(cell), cell] as const))('%s', (_name, cell) =>
        expectSigned(place, cell),
      );
    });
});
