import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { errnoOf } from '../../errors/kongcrate-error.ts';

/** A plugin that stands where no template of the Lua path leads. */
export interface MisplacedPlugin {
  /** It holds `handler.lua`. */
  readonly directory: string;
  /** `level`: it has to be moved below `root`; `path`: `root` has to be searched. */
  readonly wrong: 'level' | 'path';
  readonly root: string;
}

/** So many entries of a directory are looked through. */
const MAX_ENTRIES = 1_000;

/**
 * Looks for a plugin around the places where it should be: one level too deep or too high, a package
 * that was copied whole, and roots that the path names at the wrong level or not at all.
 * @param searched directories that the Lua path looks into
 * @param unsearched directories in which plugins are kept all the same
 */
export function findMisplaced(
  name: string,
  searched: readonly string[],
  unsearched: readonly string[],
): MisplacedPlugin | undefined {
  const path = name.replaceAll('.', '/');
  for (const root of [...searched, ...unsearched]) {
    const inner = join('kong/plugins', path);
    const meant = [root, rootAround(root)].find((one) => isPlugin(join(one, inner)));
    if (meant !== undefined && !searched.includes(meant))
      return { directory: join(meant, inner), wrong: 'path', root: meant };
    const directory = candidates(root, path).find(isPlugin);
    if (directory !== undefined) return { directory, wrong: 'level', root };
  }
  return undefined;
}

/** `lua_package_path` may point into the tree that it should contain. */
function rootAround(root: string): string {
  return /^(.+)\/kong(?:\/plugins(?:\/[^/]+)?)?$/.exec(root)?.[1] ?? root;
}

function candidates(root: string, path: string): readonly string[] {
  const plugins = join(root, 'kong/plugins');
  return [
    join(plugins, path, basename(path)),
    ...list(plugins).map((entry) => join(plugins, entry, 'kong/plugins', path)),
    ...list(root).map((entry) => join(root, entry, 'kong/plugins', path)),
    join(root, path),
    join(root, 'plugins', path),
    join(root, 'kong', path),
    plugins,
  ];
}

/** Names in the place of a plugin that differ from it in case, or in `_` and `-`. */
export function findSimilar(name: string, roots: readonly string[]): string | undefined {
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[_. ]/g, '-');
  for (const root of roots) {
    const plugins = join(root, 'kong/plugins');
    const found = list(plugins).find((entry) => entry !== name && plain(entry) === plain(name));
    if (found !== undefined && isPlugin(join(plugins, found))) return join(plugins, found);
  }
  return undefined;
}

function isPlugin(directory: string): boolean {
  return ['handler.lua', 'schema.lua'].every((file) => isFile(join(directory, file)));
}

function isFile(path: string): boolean {
  return orNothing(() => statSync(path).isFile()) ?? false;
}

/** What is closed to us holds nothing that we could name. */
function list(directory: string): readonly string[] {
  return (orNothing(() => readdirSync(directory)) ?? []).slice(0, MAX_ENTRIES);
}

function orNothing<Result>(look: () => Result): Result | undefined {
  try {
    return look();
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}
