import {
  COSIGN_CELLS,
  whyImpossible,
  type CosignCell,
} from '../../support/local-sigstore/cosign-cell.ts';

export const REGISTRIES = ['without referrers', 'with referrers'] as const;
export const CLOCKS = ['now', 'expired'] as const;

/** One signature by cosign, where it is stored, and whether its certificate is over by now. */
export interface VerificationCell extends CosignCell {
  readonly registry: (typeof REGISTRIES)[number];
  readonly clock: (typeof CLOCKS)[number];
}

const isPossible = (cell: CosignCell): boolean => whyImpossible(cell) === undefined;

export const FULL_MATRIX: readonly VerificationCell[] = COSIGN_CELLS.filter(isPossible).flatMap(
  (cell) => REGISTRIES.flatMap((registry) => CLOCKS.map((clock) => ({ ...cell, registry, clock }))),
);

/** Cells that no cosign signs, in all places alike. */
export const IMPOSSIBLE: readonly CosignCell[] = COSIGN_CELLS.filter((cell) => !isPossible(cell));

/** Every value of every dimension at least once. */
export const SHORT_MATRIX: readonly VerificationCell[] = (
  [
    [2, 'legacy', 'keyless', 'rekor1', 'without referrers', 'now'],
    [2, 'legacy', 'keyless', 'tsa-only', 'with referrers', 'expired'],
    [3, 'legacy', 'keyless', 'none', 'without referrers', 'now'],
    [3, 'legacy', 'key+log', 'rekor1+tsa', 'without referrers', 'expired'],
    [3, 'bundle', 'key', 'none', 'with referrers', 'now'],
    [3, 'bundle', 'keyless', 'rekor2+tsa', 'without referrers', 'expired'],
  ] as const
).map(([cosign, format, material, log, registry, clock]) => ({
  ...{ cosign, format, material, log },
  ...{ registry, clock },
}));

/** One impossible cell for each reason. */
export const SHORT_IMPOSSIBLE: readonly CosignCell[] = [
  ...new Map(IMPOSSIBLE.map((cell) => [whyImpossible(cell), cell])).values(),
];
