import { findRequires } from './find-requires.ts';
import { BUNDLED_PLUGINS } from './kong-modules.ts';
import { parseLua } from './parse-lua.ts';
import type { PluginFile } from './plugin-file.ts';
import type { PluginTree } from './plugin-tree.ts';
import type { SourceFile } from './source-file.ts';

/**
 * Adds the library directories under the same `kong/plugins` that a plugin requires, and what
 * those require: `kong/plugins/acme-lib/` has no handler and is shipped with each of its users.
 */
export function followSiblings(
  own: readonly PluginFile[],
  { plugin, visible }: { readonly plugin: PluginTree; readonly visible: readonly SourceFile[] },
): readonly PluginFile[] {
  if (plugin.name === undefined) return own;
  const files = [...own];
  const followed = new Set([plugin.name, ...BUNDLED_PLUGINS]);
  // The list grows while it is walked: a library may require another one.
  for (const file of files) {
    for (const sibling of requiredPlugins(file)) {
      if (followed.has(sibling)) continue;
      followed.add(sibling);
      const directory = `${plugin.root}kong/plugins/${sibling}/`;
      const more = visible.filter(({ path }) => path.startsWith(directory));
      for (const source of more)
        files.push({ path: source.path.slice(plugin.root.length), source });
    }
  }
  return files;
}

function requiredPlugins({ path, source }: PluginFile): readonly string[] {
  const parsed = path.endsWith('.lua') ? parseLua(source.bytes) : undefined;
  if (parsed?.ok !== true) return [];
  return findRequires(parsed.chunk).flatMap(
    ({ module }) => /^kong\.plugins\.([^.]+)\./.exec(module)?.[1] ?? [],
  );
}
