import { KongcrateError } from '../errors/kongcrate-error.ts';
import { refuseSeveralPlugins } from './plugin-name.ts';
import { findModule, findPluginTrees, type PluginTree } from './plugin-tree.ts';
import type { SourceFile } from './source-file.ts';

/**
 * Finds the one plugin of a source: under `kong/plugins`, at the top, or only in the rockspec
 * (`mapped`: the plugins whose handler it takes from somewhere else, such as `src/`).
 * @param expected the name that was asked for, for the remedy
 * @throws KongcrateError PLUGIN_REFUSED: none, or several
 */
export function locatePlugin(
  files: readonly SourceFile[],
  mapped: readonly string[],
  expected?: string,
): PluginTree {
  const found = withModule(files, 'handler');
  const trees = found.length > 0 ? found : withModule(files, 'schema');
  const names = new Set([...trees.flatMap(({ name }) => name ?? []), ...mapped]);
  if (trees.length > 1) {
    const wanted = trees.find((tree) => expected !== undefined && tree.name === expected);
    refuseSeveralPlugins(
      trees.map(({ directory }) => directory || '.'),
      wanted?.directory,
    );
  }
  if (names.size > 1) refuseSeveralPlugins([...names]);
  const [name] = names;
  if (trees[0] !== undefined) return trees[0];
  if (name !== undefined) return { root: '', directory: `kong/plugins/${name}/`, name };
  throw new KongcrateError('PLUGIN_REFUSED', 'there is no plugin: no handler.lua was found', {
    remedy:
      'Name the directory that holds handler.lua and schema.lua, or the one above kong/plugins.',
    details: { reason: 'NO_PLUGIN' },
  });
}

function withModule(
  files: readonly SourceFile[],
  module: 'handler' | 'schema',
): readonly PluginTree[] {
  const paths = files.map(({ path }) => path);
  const bare = findModule(files, '', module) !== undefined;
  return [...findPluginTrees(paths, module), ...(bare ? [{ root: '', directory: '' }] : [])];
}
