/** What a figure is to be at most; without `must` it is only reported. */
export interface Goal {
  readonly title: string;
  /** `x` is a ratio to what it is compared with. */
  readonly unit: 'x' | 'requests' | 'MiB' | 'µs';
  readonly must: number | undefined;
  readonly excellent: number | undefined;
}

// Unit, title, must, excellent, in the order of the table. "Seed" is the flow by hand with tar,
// cosign 3 and crane.
const GOALS = {
  'start-version': ['x', 'start of --version: wall time / node -e 0', 2, 1.3],
  'start-help': ['x', 'start of install --help: wall time / node -e 0'],
  'start-cosign': ['x', 'start of --version: wall time / cosign version'],
  'publish-s': ['x', 'publish S: wall time / seed', 0.85, 0.75],
  'publish-s-plain-key': ['x', 'publish S, unencrypted key: wall time / seed', 0.85, 0.3],
  'publish-m': ['x', 'publish M: wall time / seed', 0.75, 0.55],
  'publish-x': ['x', 'publish X: wall time / seed'],
  'publish-l': ['x', 'publish L: wall time / seed', 0.35, 0.16],
  'install-s': ['x', 'install S: wall time / seed', 1.1, 0.8],
  'install-s-cosign-2': ['x', 'install S: wall time / seed with cosign 2'],
  'install-m': ['x', 'install M: wall time / seed', 0.95, 0.7],
  'install-x': ['x', 'install X: wall time / seed'],
  'install-l': ['x', 'install L: wall time / seed', 0.6, 0.45],
  'install-10': ['x', 'install 10 plugins: wall time / seed', 0.35, 0.19],
  'install-100': ['x', 'install 100 plugins: wall time / seed', 0.25, 0.1],
  'link-publish-s': ['x', 'publish S, link of 40 ms: wall time / seed', 0.4, 0.24],
  'link-install-s': ['x', 'install S, link of 40 ms: wall time / seed', 0.45, 0.3],
  'requests-publish': ['requests', 'publish in both signature formats: requests', 26, 22],
  'requests-publish-again': ['requests', 'publish again, unchanged: requests', 6, 6],
  'requests-install': ['requests', 'install by digest: requests', 6, 5],
  'requests-install-signed-10-times': [
    'requests',
    'install by digest, 10 signatures: requests',
    6,
    5,
  ],
  'requests-install-again': ['requests', 'install again by digest: requests', 0, 0],
  'requests-install-again-by-tag': ['requests', 'install again by tag: requests', 1, 1],
  'memory-publish-l': ['MiB', 'publish L: peak memory', 200, 135],
  'memory-install-s': ['MiB', 'install S: peak memory', 150, 65],
  'memory-install-m': ['MiB', 'install M: peak memory', 150, 65],
  'memory-install-x': ['MiB', 'install X: peak memory', 150, 90],
  'memory-install-l': ['MiB', 'install L: peak memory', 150, 90],
  'written-m': ['x', 'install M: written to disk / what its files take there', 1.1, 1.1],
  'written-l': ['x', 'install L: written to disk / what its files take there', 1.9, 1.9],
  'per-file-publish': ['µs', 'publish: each further file, to 20,000', 40, 27],
  'per-file-install': ['µs', 'install: each further file, to 20,000', 40, 27],
  'registry-cpu': ['x', "install S: registry's CPU time / seed", 0.6, 0.42],
  'fleet-200': ['x', '200 nodes install S, 20 at once: wall time / seed'],
  'fleet-200-registry-cpu': ['x', "200 nodes install S: registry's CPU time / seed"],
} as const;

export type FigureName = keyof typeof GOALS;

/** The names of all figures in the order of the table. */
export const FIGURE_NAMES: readonly FigureName[] = Object.keys(GOALS) as FigureName[];

export function goalOf(name: FigureName): Goal {
  const [unit, title, must, excellent] = GOALS[name];
  return { title, unit, must, excellent };
}

/** How a figure stands to its goal. */
export type Verdict = 'excellent' | 'met' | 'missed' | 'no goal';

export function verdictOf({ must, excellent }: Goal, value: number): Verdict {
  if (must === undefined) return 'no goal';
  if (excellent !== undefined && value <= excellent) return 'excellent';
  return value <= must ? 'met' : 'missed';
}
