import { afterAll, beforeAll, it } from 'vitest';
import { preparePlace } from '../../local-sigstore/support.ts';
import { startDockerRegistry } from '../../support/docker-registry.ts';
import {
  nameOfCell,
  whyImpossible,
  type CosignCell,
} from '../../support/local-sigstore/cosign-cell.ts';
import { startLocalSigstore } from '../../support/local-sigstore/start-local-sigstore.ts';
import { describeWithPeers } from '../../support/peers.ts';
import { count, report } from '../../support/soak.ts';
import { startTestRegistry } from '../../support/test-registry.ts';
import { CLOCKS, REGISTRIES, type VerificationCell } from './cells.ts';
import { expectImpossible } from './expect-impossible.ts';
import { expectJudgement, type SignedPlace } from './expect-judgement.ts';
import { judgementsOf } from './judgements.ts';
import { signCell, type SigningPlace } from './sign-cell.ts';
import { writeTrustFiles } from './trust-files.ts';

const TWO_HOURS_MS = 2 * 60 * 60 * 1000;
const START = {
  'without referrers': () => startDockerRegistry(),
  'with referrers': () => startTestRegistry({ referrersApi: true }),
} as const;

const PEERS = ['cosign2', 'cosign3', 'oras', 'docker-registry'] as const;

type PlaceOfCell = Pick<VerificationCell, 'registry' | 'clock'>;
const nameOfPlace = ({ registry, clock }: PlaceOfCell): string => `${registry}, ${clock}`;

/**
 * cosign signs, kongcrate verifies: in the registry and in layouts that were made of it, in the way
 * that trusts the signature and in every way that must not, offline but for the registry.
 */
export function describeVerificationMatrix(
  cells: readonly VerificationCell[],
  impossible: readonly CosignCell[],
): void {
  describeWithPeers(PEERS, 'cosign signs, kongcrate verifies', () => {
    let places: ReadonlyMap<string, SigningPlace>;
    const counts = { places: 0, trusted: 0, refused: 0 };
    const placeOf = (cell: PlaceOfCell): SigningPlace => {
      const place = places.get(nameOfPlace(cell));
      if (!place) throw new Error(`nobody prepared ${nameOfPlace(cell)}`);
      return place;
    };

    beforeAll(async () => {
      places = await preparePlaces();
    });

    it.each(cells.map((cell) => [nameOfCell(cell), nameOfPlace(cell), cell] as const))(
      '%s: %s',
      (_name, _place, cell) => judgeCell(placeOf(cell), cell, counts),
    );

    it.each(impossible.map((cell) => [nameOfCell(cell), whyImpossible(cell), cell] as const))(
      'impossible: %s: %s',
      (_name, _reason, cell) =>
        expectImpossible(placeOf({ registry: 'without referrers', clock: 'now' }), cell),
    );

    afterAll(() => {
      report(
        `verification matrix: ${count(cells.length)} signatures by cosign in ` +
          `${count(counts.places)} places: ${count(counts.trusted)} times trusted, ` +
          `${count(counts.refused)} times refused; ${impossible.length} impossible cells`,
      );
    });
  });
}

interface Counts {
  places: number;
  trusted: number;
  refused: number;
}

/** Signs once and asks everywhere. */
async function judgeCell(
  place: SigningPlace,
  cell: VerificationCell,
  counts: Counts,
): Promise<void> {
  const signed = await signCell(place, cell, judgementsOf(cell, place.files));
  counts.places += signed.length;
  const judgeAll = async (where: SignedPlace): Promise<void> => {
    for (const judgement of where.judgements) {
      await expectJudgement(where, cell, judgement);
      counts['status' in judgement.outcome ? 'refused' : 'trusted'] += 1;
    }
  };
  await Promise.all(signed.map(judgeAll));
}

/** Each registry with servers of the right time and with servers whose certificates are over. */
async function preparePlaces(): Promise<ReadonlyMap<string, SigningPlace>> {
  const places = new Map<string, SigningPlace>();
  for (const registry of REGISTRIES) {
    const { host } = await START[registry]();
    for (const clock of CLOCKS) {
      const clockOffsetMs = clock === 'now' ? 0 : -TWO_HOURS_MS;
      const place = await preparePlace(host, clockOffsetMs);
      const strangers = await startLocalSigstore({ clockOffsetMs });
      const files = writeTrustFiles(place, strangers.trustedRoot);
      places.set(nameOfPlace({ registry, clock }), { ...place, files });
    }
  }
  return places;
}
