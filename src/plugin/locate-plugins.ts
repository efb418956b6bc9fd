import { groupBy } from './group-by.ts';
import { findPluginTrees, type PluginTree } from './plugin-tree.ts';
import type { RockShelf } from './read-rocks.ts';
import { rockHandlers, type RockHandler } from './rock-modules.ts';

type Places = ReadonlyMap<string, PluginTree>;

/** Copies that nobody means: tests' own plugins, installed ones, and backups (KONG 3). */
const COPY = /(?:^|\/)(?:fixtures?|lua_modules|[^/]*backups?)\/|\.bak\//i;
const HANDLER = /^(|.*\/)handler(?:\/init)?\.lua$/;

/**
 * Finds every plugin of a source: under a `kong/plugins`, where a rockspec takes a handler from,
 * and in bare directories with handler and schema. Without any handler a schema is enough, so that
 * the missing handler can be named.
 */
export function locatePlugins(
  paths: ReadonlySet<string>,
  shelves: ReadonlyMap<string, RockShelf>,
): readonly PluginTree[] {
  const trees = findTrees(paths, 'handler');
  const places = new Map([...trees, ...mappedPlaces(paths, shelves, trees)]);
  const found = [...places.values(), ...bareDirectories(paths, shelves, places)];
  if (found.length > 0) return found;
  const isBare = paths.has('schema.lua') || paths.has('schema/init.lua');
  return [...findTrees(paths, 'schema').values(), ...(isBare ? [{ root: '', directory: '' }] : [])];
}

function findTrees(paths: ReadonlySet<string>, module: 'handler' | 'schema'): Places {
  const trees = findPluginTrees(paths, module).filter(
    // A plugin may be named fixtures.
    ({ root, directory }) => !COPY.test(root) && !directory.endsWith('.bak/'),
  );
  return new Map(trees.map((tree) => [tree.directory, tree]));
}

/** By directory. What takes two plugins out of one directory has no directory of its own. */
function mappedPlaces(
  paths: ReadonlySet<string>,
  shelves: ReadonlyMap<string, RockShelf>,
  trees: Places,
): Places {
  const meant = [...shelves.values()].filter(({ directory }) => !COPY.test(directory));
  const mapped = meant.flatMap((shelf) =>
    handlersOf(shelf).flatMap((handler) => mappedPlace(shelf.directory, handler, { paths, trees })),
  );
  const places = [...groupBy(mapped, ({ directory }) => directory).values()].flatMap((rivals) => {
    const isOne = rivals.every(({ name }) => name === rivals[0]?.name);
    return isOne
      ? rivals
      : rivals.map((place) => ({ ...place, directory: treeBelow(place.root, place.name) }));
  });
  return new Map(places.map((place) => [place.directory, place]));
}

function handlersOf({ rocks }: RockShelf): readonly RockHandler[] {
  return rocks.flatMap(({ modules }) => rockHandlers(modules));
}

function mappedPlace(
  root: string,
  { plugin: name, source }: RockHandler,
  { paths, trees }: { readonly paths: ReadonlySet<string>; readonly trees: Places },
): readonly (PluginTree & { readonly name: string })[] {
  if (source === undefined) return [];
  const own = treeBelow(root, name);
  if (trees.has(own)) return [{ root, directory: own, name }];
  const directory = HANDLER.exec(source.path)?.[1];
  if (directory === undefined || !hasModule(paths, directory, 'schema'))
    return [{ root, directory: own, name }];
  return [{ root: trees.get(directory)?.root ?? root, directory, name }];
}

function treeBelow(root: string, name: string): string {
  return `${root}kong/plugins/${name}/`;
}

/** Not within other plugins, nor where a rockspec says that the plugin is somewhere else. */
function bareDirectories(
  paths: ReadonlySet<string>,
  shelves: ReadonlyMap<string, RockShelf>,
  places: Places,
): readonly PluginTree[] {
  const taken = new Set(places.keys());
  for (const shelf of shelves.values())
    if (handlersOf(shelf).some(({ source }) => source !== undefined)) taken.add(shelf.directory);
  const found: PluginTree[] = [];
  const directories = [...paths].flatMap((path) => HANDLER.exec(path)?.[1] ?? []);
  for (const directory of directories.sort((a, b) => a.length - b.length)) {
    const isWhole = directory === '' || hasModule(paths, directory, 'schema');
    if (!isWhole || COPY.test(directory) || isWithin(directory, taken)) continue;
    taken.add(directory);
    found.push({ root: directory, directory });
  }
  return found;
}

function hasModule(paths: ReadonlySet<string>, directory: string, module: string): boolean {
  return paths.has(`${directory}${module}.lua`) || paths.has(`${directory}${module}/init.lua`);
}

/** Whether a directory is one of a set, or stands below one. */
function isWithin(directory: string, set: ReadonlySet<string>): boolean {
  if (set.has(directory)) return true;
  if (directory === '') return false;
  return isWithin(directory.slice(0, directory.lastIndexOf('/', directory.length - 2) + 1), set);
}
