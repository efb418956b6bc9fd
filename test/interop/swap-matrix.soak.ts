import { report, startSoak } from '../support/soak.ts';
import { FULL_MATRIX, PROGRAM_NAMES, REGISTRIES, whyImpossible, type Cell } from './swap/cells.ts';
import { describeSwapMatrix } from './swap/describe-swap-matrix.ts';
import type { Choice } from './swap/programs.ts';

const MIXES = 100;
const random = startSoak('swap matrix');

/** A program for each step, by chance. */
function mix(): Cell {
  const programs = Object.entries(PROGRAM_NAMES).map(
    ([step, names]) => [step, random.pick<string>(names)] as const,
  );
  return {
    title: programs.map((program) => program.join(' by ')).join(', '),
    choice: Object.fromEntries(programs) as unknown as Choice,
    registry: random.pick(REGISTRIES),
    fileCount: 11,
  };
}

const cells = [...FULL_MATRIX, ...Array.from({ length: MIXES }, mix)];
const reasons = cells.flatMap(({ choice }) => whyImpossible(choice) ?? []);
report(
  `swap matrix: ${cells.length} cells, ${MIXES} of them mixed by chance; in ${reasons.length} ` +
    `verify cannot work (${[...new Set(reasons)].join('; ')})`,
);
describeSwapMatrix(cells);
