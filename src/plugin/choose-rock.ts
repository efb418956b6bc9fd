import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { PluginTree } from './plugin-tree.ts';
import type { Rock, RockShelf } from './read-rocks.ts';
import { rockHandlers } from './rock-modules.ts';

/** Which rockspec is a plugin's, and which ones beside it are nobody's. */
export interface ChosenRock {
  readonly rock?: Rock;
  /** Instead of one: why it cannot be told. */
  readonly problem?: KongcrateError;
  /** About plugins that are not there. */
  readonly strays: readonly Rock[];
}

/** The plugins of a source, and its rockspecs by directory. */
export interface RockSurroundings {
  readonly places: readonly PluginTree[];
  readonly shelves: ReadonlyMap<string, RockShelf>;
}

/** Chooses the nearest rockspec about a plugin, from the directory of its README upwards. */
export function chooseRock(
  place: PluginTree,
  { places, shelves }: RockSurroundings,
  strays: ReadonlySet<Rock>,
): ChosenRock {
  const passed: Rock[] = [];
  for (const directory of upwards(place.root)) {
    const shelf = shelves.get(directory);
    if (shelf === undefined) continue;
    passed.push(...shelf.rocks.filter((rock) => strays.has(rock)));
    const [rock, ...more] = shelf.rocks.filter((each) => isAbout(each, place, { shelf, places }));
    const problem = rock === undefined ? shelf.problems[0] : severalRockspecs([rock, ...more]);
    if (problem !== undefined) return { strays: passed, problem };
    if (rock !== undefined) return { strays: passed, rock };
  }
  return { strays: passed };
}

/** The rockspecs that are about none of the plugins: left over from a template, or renamed. */
export function findStrays({ places, shelves }: RockSurroundings): ReadonlySet<Rock> {
  const rocks = [...shelves.values()].flatMap((shelf) =>
    shelf.rocks.filter((rock) => !places.some((place) => isAbout(rock, place, { shelf, places }))),
  );
  return new Set(rocks);
}

interface Surroundings {
  readonly shelf: RockShelf;
  readonly places: readonly PluginTree[];
}

/** It takes a file of the plugin, or names it; one without any handler is for the only plugin. */
function isAbout({ rockspec, modules }: Rock, place: PluginTree, around: Surroundings): boolean {
  const { name, directory } = place;
  if (modules.some(({ file }) => file?.source.path.startsWith(directory))) return true;
  if (name !== undefined && modules.some((each) => each.name.startsWith(`kong.plugins.${name}.`)))
    return true;
  if (name !== undefined && plain(rockspec.package) === plain(name)) return true;
  if (rockHandlers(modules).length > 0) return false;
  const below = around.places.filter((each) => each.directory.startsWith(around.shelf.directory));
  return below.length === 1;
}

function plain(name: string): string {
  return name
    .replace(/^kong-plugin-/, '')
    .replaceAll('_', '-')
    .toLowerCase();
}

/** A directory and those above it, up to the top. */
function upwards(directory: string): readonly string[] {
  const parts = directory.split('/').slice(0, -1);
  return [...parts.keys(), parts.length]
    .map((length) => parts.slice(0, length).map((part) => `${part}/`))
    .map((above) => above.join(''))
    .reverse();
}

function severalRockspecs(rocks: readonly Rock[]): KongcrateError | undefined {
  if (rocks.length === 1) return undefined;
  const rockspecs = rocks.map(({ rockspec }) => rockspec.path);
  return new KongcrateError('PLUGIN_REFUSED', `several rockspecs: ${rockspecs.join(', ')}`, {
    remedy: 'Delete the ones that are not meant, or name them in .kongcrateignore.',
    details: { reason: 'SEVERAL_ROCKSPECS', rockspecs },
  });
}
