import type { PluginKind } from '../../support/stand-in-kong/write-plugin.ts';

/** What is wrong with the version that is to go live. */
export type Kind = Exclude<PluginKind, 'lazy-require'>;

const KINDS: readonly Kind[] = [
  'good',
  'syntax',
  'missing-dependency',
  'priority',
  'version',
  'schema',
  'required-field',
  'endless-loop',
  'runtime-error',
  'shell-variable',
];

/**
 * How it is to go live: over an older version, as one more plugin, by `activate` after an install
 * that left Kong alone, or because it is what a rollback goes back to.
 */
type Path = 'upgrade' | 'new' | 'activate' | 'activate-new' | 'rollback';

const PATHS: readonly Path[] = ['upgrade', 'new', 'activate', 'activate-new', 'rollback'];

const ROLES = ['dbless', 'traditional', 'data-plane'] as const;

/** A role, a data plane in a container, or a node that neither Admin API nor status API tells of. */
export type NodeKind = (typeof ROLES)[number] | 'container' | 'silent';

export interface Cell {
  readonly kind: Kind;
  readonly path: Path;
  readonly node: NodeKind;
  /** Where the node was given its settings. */
  readonly settingsBy: 'file' | 'environment';
}

/** Whether the list of plugins changes. */
export const isNew = ({ path }: Pick<Cell, 'path'>): boolean =>
  path === 'new' || path === 'activate-new';

/** Why nothing is broken in a cell, or why there is no such cell. */
function whyImpossible({ kind, path }: Pick<Cell, 'kind' | 'path'>): string | undefined {
  if (!isNew({ path })) return undefined;
  if (kind === 'runtime-error') return 'no request runs a plugin that nothing uses yet';
  if (kind === 'required-field') return 'no configuration can lack a field before there is one';
  return undefined;
}

const PAIRS = PATHS.flatMap((path) => KINDS.map((kind) => ({ kind, path })));
const POSSIBLE = PAIRS.filter((pair) => whyImpossible(pair) === undefined);

/** The cells that are left out, each with its reason. */
export const IMPOSSIBLE: readonly string[] = PAIRS.flatMap((pair) => {
  const reason = whyImpossible(pair);
  return reason === undefined ? [] : [`${pair.kind} by ${pair.path}: ${reason}`];
});

const LESS_SEEN: readonly Cell[] = (
  ['good', 'syntax', 'runtime-error', 'shell-variable'] as const
).flatMap((kind): Cell[] => [
  { kind, path: 'upgrade', node: 'silent', settingsBy: 'file' },
  { kind, path: 'upgrade', node: 'container', settingsBy: 'environment' },
]);

/** Every kind by every path in every role; in one role in turn with settings by the environment. */
export const FULL_MATRIX: readonly Cell[] = [
  ...POSSIBLE.flatMap((pair) => ROLES.map((node): Cell => ({ ...pair, node, settingsBy: 'file' }))),
  ...POSSIBLE.map((pair, turn): Cell => {
    const node = ROLES[turn % ROLES.length] ?? 'dbless';
    return { ...pair, node, settingsBy: 'environment' };
  }),
  ...LESS_SEEN,
];

/** Every kind, path and role; the endless loop, which takes half a minute, is preflight's own test. */
export const SHORT_MATRIX: readonly Cell[] = [
  { kind: 'good', path: 'activate', node: 'data-plane', settingsBy: 'environment' },
  { kind: 'good', path: 'rollback', node: 'traditional', settingsBy: 'file' },
  { kind: 'good', path: 'upgrade', node: 'silent', settingsBy: 'file' },
  { kind: 'syntax', path: 'upgrade', node: 'data-plane', settingsBy: 'file' },
  { kind: 'missing-dependency', path: 'new', node: 'data-plane', settingsBy: 'file' },
  { kind: 'priority', path: 'activate', node: 'dbless', settingsBy: 'file' },
  { kind: 'version', path: 'rollback', node: 'dbless', settingsBy: 'environment' },
  { kind: 'schema', path: 'activate-new', node: 'traditional', settingsBy: 'environment' },
  { kind: 'required-field', path: 'upgrade', node: 'dbless', settingsBy: 'file' },
  { kind: 'runtime-error', path: 'activate', node: 'dbless', settingsBy: 'environment' },
  { kind: 'shell-variable', path: 'new', node: 'dbless', settingsBy: 'file' },
];
