import { wholeOf, type ByteSource } from '../content/byte-source.ts';
import { findRequires } from './find-requires.ts';
import { BUNDLED_PLUGINS } from './kong-modules.ts';
import { MAX_LUA_BYTES, parseLua } from './parse-lua.ts';
import type { PluginFile } from './plugin-file.ts';
import { findModule, type PluginTree } from './plugin-tree.ts';
import type { SourceFile } from './source-file.ts';

/**
 * Adds the library directories beside a plugin that it requires, and what those require:
 * `kong/plugins/acme-lib/` has no handler and is shipped with each of its users. One that has a
 * handler is a plugin, to be shipped by itself.
 */
export function followSiblings(
  own: readonly PluginFile[],
  { plugin, visible }: { readonly plugin: PluginTree; readonly visible: readonly SourceFile[] },
): readonly PluginFile[] {
  const files = [...own];
  const parent = plugin.directory.replace(/[^/]+\/$/, '');
  const followed = new Set([...BUNDLED_PLUGINS, plugin.directory.slice(parent.length, -1)]);
  // The list grows while it is walked: a library may require another one.
  for (const file of files) {
    for (const sibling of requiredPlugins(file)) {
      if (followed.has(sibling)) continue;
      followed.add(sibling);
      const directory = `${parent}${sibling}/`;
      const library = visible.filter(({ path }) => path.startsWith(directory));
      if (findModule(library, directory, 'handler') !== undefined) continue;
      for (const source of library)
        files.push({ path: `kong/plugins/${source.path.slice(parent.length)}`, source });
    }
  }
  return files;
}

function requiredPlugins({ path, source }: PluginFile): readonly string[] {
  if (!path.endsWith('.lua') || !mayRequire(source.bytes)) return [];
  const parsed = parseLua(source.bytes);
  if (!parsed.ok) return [];
  return findRequires(parsed.chunk).flatMap(
    ({ module }) => /^kong\.plugins\.([^.]+)\./.exec(module)?.[1] ?? [],
  );
}

/** A name can be written in no other way; to parse every file a second time would take longest. */
function mayRequire(bytes: ByteSource): boolean {
  return bytes.length <= MAX_LUA_BYTES && Buffer.from(wholeOf(bytes)).includes('require');
}
