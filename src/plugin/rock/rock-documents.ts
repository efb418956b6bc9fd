import { posix } from 'node:path';
import type { PluginFile } from '../plugin-file.ts';
import type { RockspecFacts } from '../rockspec.ts';
import type { SourceFile } from '../source-file.ts';

/** What LuaRocks copies unasked: build/builtin.lua where it looks for modules itself, else build.lua. */
const DETECTED = ['doc', 'docs', 'samples', 'tests'];
const DEFAULT = ['doc'];
/** build.lua, `install_default_docs`. */
const DOCUMENT = /^(?:readme|license|copying|.*\.md)/i;

/**
 * What a rock has besides Lua files, as LuaRocks 3.8 chooses it: the directories that the rockspec
 * names, else `doc/`, else README and licence.
 * @param top where the rockspec stands: empty, or with a `/` at its end
 * @returns files with their paths in the rock
 */
export function rockDocuments(
  files: readonly SourceFile[],
  top: string,
  rockspec: RockspecFacts | undefined,
): readonly PluginFile[] {
  const below = files
    .filter(({ path, kind }) => path.startsWith(top) && kind !== 'own-output')
    .map((source) => ({ path: source.path.slice(top.length), source }));
  if (rockspec?.build.type === 'built')
    return below.filter(({ path }) => !path.startsWith('lua/') && path !== rockspec.path);
  const directories = directoriesOf(rockspec);
  const copied = below.filter(({ path }) => directories.some((each) => path.startsWith(each)));
  if (copied.length > 0) return copied.filter(({ path }) => !path.startsWith('lua/'));
  return below
    .filter(({ path }) => !path.includes('/') && DOCUMENT.test(path))
    .map(({ path, source }) => ({ path: `doc/${path}`, source }));
}

function directoriesOf(rockspec: RockspecFacts | undefined): readonly string[] {
  const named = rockspec?.build.directories ?? [];
  const unasked = rockspec?.build.modules === 'detected' ? DETECTED : DEFAULT;
  return (named.length > 0 ? named : unasked).map(
    (directory) => `${posix.normalize(directory).replace(/\/$/, '')}/`,
  );
}
