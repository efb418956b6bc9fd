import { join } from 'node:path';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { readPlainFile } from '../system/read-plain-file.ts';

/** LuaRocks' own trees have some kilobytes; this much is a thousand rocks. */
const MAX_MANIFEST_BYTES = 64 * 1024 * 1024;

/**
 * Refuses links where LuaRocks has put files, or would: installing or removing that rock goes
 * through such a link into the store.
 * @param links relative to the Lua root
 * @throws KongcrateError NOT_OURS naming the rock
 */
export function checkRocks(root: string, links: readonly string[]): void {
  // Where LuaRocks deploys to a tree's share/lua/5.1, its manifest stands in the same tree.
  const tree = /^(.*)\/share\/lua\/5\.1$/.exec(root)?.[1];
  if (tree === undefined) return;
  const path = join(tree, '/lib/luarocks/rocks-5.1/manifest');
  const manifest = readPlainFile(path, MAX_MANIFEST_BYTES)?.toString('utf8') ?? '';
  const rocks = modulesOf(manifest);
  for (const link of links) {
    const rock = findRock(rocks, link);
    if (rock === undefined) continue;
    const name = rock.replace(/\/[^/]*$/, '');
    throw new KongcrateError('NOT_OURS', `${join(root, link)} belongs to the rock ${rock}`, {
      remedy: `Take the rock out first: luarocks remove --tree ${tree || '/'} ${name}`,
      details: { reason: 'LUAROCKS', path: join(root, link), rock },
    });
  }
}

/** The rock, as `name/version`, that holds the module, or any module of the directory, at a path. */
function findRock(rocks: ReadonlyMap<string, string>, link: string): string | undefined {
  const name = link.replace(/\.lua$/, '').replaceAll('/', '.');
  if (link.endsWith('.lua')) return rocks.get(name);
  // Files that are no modules stand in the manifest by path.
  const holds = (module: string): boolean =>
    module === link || module.startsWith(`${link}/`) || module.startsWith(`${name}.`);
  return [...rocks].find(([module]) => holds(module))?.[1];
}

/**
 * Each module and the rock that has put its file in place, by the `modules` table of a manifest as
 * LuaRocks 3 writes it (persist.lua: sorted keys, three blanks a level).
 */
function modulesOf(manifest: string): ReadonlyMap<string, string> {
  // Two cuts: one expression for both takes hours where a manifest begins the table a million times.
  const table = manifest.split(/^modules = \{$/m, 2)[1]?.split(/^\}/m, 1)[0] ?? '';
  const entries = table.matchAll(/^ {3}(?:\["(.+)"\]|(\w+)) = \{\n\s*"([^"\n]+)"/gm);
  return new Map([...entries].map(([, quoted, bare = '', rock = '']) => [quoted ?? bare, rock]));
}
