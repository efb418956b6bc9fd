import type { Choice, Signer } from './programs.ts';
import type { Cosign } from './tool-steps.ts';

export type RegistryKind = 'docker-registry' | 'referrers';
export const REGISTRIES: readonly RegistryKind[] = ['docker-registry', 'referrers'];

/** One way to go through all steps. */
export interface Row {
  readonly title: string;
  readonly choice: Choice;
}

export interface Cell extends Row {
  readonly registry: RegistryKind;
  readonly fileCount: number;
}

/** Who can do each step. */
export const PROGRAM_NAMES: { readonly [Step in keyof Choice]: readonly Choice[Step][] } = {
  pack: ['kongcrate', 'tar'],
  generateKeyPair: ['kongcrate', 'cosign2', 'cosign3'],
  login: ['kongcrate', 'docker'],
  upload: ['kongcrate', 'kongcrate --layout cosign', 'cosign2', 'cosign3'],
  sign: ['kongcrate', 'cosign2 legacy', 'cosign3 legacy', 'cosign3 bundle'],
  verify: ['kongcrate', 'cosign2', 'cosign3'],
  pull: ['kongcrate', 'crane'],
  unpack: ['kongcrate', 'tar'],
};

const ALL_KONGCRATE: Row = {
  title: 'all kongcrate',
  choice: {
    pack: 'kongcrate',
    generateKeyPair: 'kongcrate',
    login: 'kongcrate',
    upload: 'kongcrate',
    sign: 'kongcrate',
    verify: 'kongcrate',
    pull: 'kongcrate',
    unpack: 'kongcrate',
  },
};

/** By hand: the cosign that signs also makes the key and uploads; the other one may verify. */
const SIGNERS: readonly (readonly [Signer, Cosign])[] = [
  ['cosign2 legacy', 'cosign2'],
  ['cosign3 legacy', 'cosign3'],
  ['cosign3 bundle', 'cosign3'],
];
const BY_HAND: readonly Row[] = SIGNERS.flatMap(([sign, cosign]) =>
  (['cosign2', 'cosign3'] as const).map((verify) => ({
    title: `by hand, ${sign}, verified by ${verify}`,
    choice: {
      pack: 'tar',
      generateKeyPair: cosign,
      login: 'docker',
      upload: cosign,
      sign,
      verify,
      pull: 'crane',
      unpack: 'tar',
    },
  })),
);

const ALL_PROGRAMS = Object.entries(PROGRAM_NAMES).flatMap(([step, names]) =>
  names.map((name) => ({ step, name })),
);
const isKongcrate = ({ name }: { readonly name: string }): boolean => name.startsWith('kongcrate');
const OURS = ALL_PROGRAMS.filter(isKongcrate);
const TOOLS = ALL_PROGRAMS.filter((program) => !isKongcrate(program));

const swap = (row: Row, { step, name }: (typeof ALL_PROGRAMS)[number]): Row => ({
  title: `${row.title}, but ${step} by ${name}`,
  choice: { ...row.choice, [step]: name },
});

const ONE_BY_TOOL = TOOLS.map((program) => swap(ALL_KONGCRATE, program));
/** What kongcrate can do, in turn swapped into one way by hand after the other. */
const ONE_BY_KONGCRATE = BY_HAND.flatMap((row, turn) =>
  OURS.filter((_, index) => index % BY_HAND.length === turn).map((program) => swap(row, program)),
);

/** Every program once in each direction, and a large plugin where size matters. */
export const SHORT_MATRIX: readonly Cell[] = [
  ...onBoth([...ONE_BY_TOOL, ...ONE_BY_KONGCRATE], 11),
  ...onBoth(
    [...ONE_BY_TOOL, ...ONE_BY_KONGCRATE].filter(({ title }) => title.includes('but pack by')),
    2000,
  ),
];

/** Every swap in both directions, and none, everywhere. */
export const FULL_MATRIX: readonly Cell[] = REGISTRIES.flatMap((registry) =>
  [11, 2000].flatMap((fileCount) =>
    distinct([
      ...[ALL_KONGCRATE, ...BY_HAND, ...ONE_BY_TOOL],
      ...BY_HAND.flatMap((row) => OURS.map((program) => swap(row, program))),
    ]).map((row) => ({ ...row, registry, fileCount })),
  ),
);

/** The rows on one registry and the other in turn. */
function onBoth(rows: readonly Row[], fileCount: number): readonly Cell[] {
  return rows.map((row, index) => ({
    ...row,
    registry: index % 2 === 0 ? 'docker-registry' : 'referrers',
    fileCount,
  }));
}

/** Two ways by hand are one where they differ in the swapped step only. */
function distinct(rows: readonly Row[]): readonly Row[] {
  return [...new Map(rows.map((row) => [JSON.stringify(row.choice), row])).values()];
}

/** Why `verify` cannot work for anybody. */
export function whyImpossible({ sign, verify }: Choice): string | undefined {
  return sign === 'cosign3 bundle' && verify === 'cosign2'
    ? 'cosign 2 looks for legacy signatures only'
    : undefined;
}
