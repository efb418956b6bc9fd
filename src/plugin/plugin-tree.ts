/** A directory that holds a plugin. */
export interface PluginTree {
  /** Where README and rockspec stand: what is before `kong/plugins`; empty, or with a `/` at its end. */
  readonly root: string;
  /** The plugin's own directory with a `/` at its end; empty for the top. */
  readonly directory: string;
  /** That of the directory under `kong/plugins`, or the rockspec's; absent for a bare directory. */
  readonly name?: string;
}

/** Modules that Kong requires of a plugin: the first two of every one. */
export type PluginModule = 'handler' | 'schema' | 'daos';

/** The plugins under a `kong/plugins` at any depth that have a module. */
export function findPluginTrees(
  paths: Iterable<string>,
  module: PluginModule,
): readonly PluginTree[] {
  const trees = new Map<string, PluginTree>();
  for (const path of paths) {
    const match = /^((?:.*\/)?)kong\/plugins\/([^/]+)\/([^/]+(?:\/init\.lua)?)$/.exec(path);
    if (match === null) continue;
    const [, root = '', name = '', rest = ''] = match;
    const directory = `${root}kong/plugins/${name}/`;
    if (moduleFiles(module).includes(rest)) trees.set(directory, { root, directory, name });
  }
  return [...trees.values()];
}

/** The file of a module in a plugin directory, as Kong's two path templates would find it. */
export function findModule<File extends { readonly path: string }>(
  files: readonly File[],
  directory: string,
  module: PluginModule,
): File | undefined {
  return moduleFiles(module)
    .map((name) => files.find(({ path }) => path === `${directory}${name}`))
    .find((file) => file !== undefined);
}

/** The plugin whose handler or schema a file under a Lua root is. */
export function pluginOf(path: string): string | undefined {
  return /^kong\/plugins\/([^/]+)\/(?:handler|schema)(?:\/init)?\.lua$/.exec(path)?.[1];
}

/** A module's name from its path under a Lua root, by `?.lua` and `?/init.lua`. */
export function moduleNameOf(path: string): string {
  return path.replace(/(?:\/init)?\.lua$/, '').replaceAll('/', '.');
}

/** What stands at the top beside a plugin's code and is not part of it. */
export function isSideFile(path: string): boolean {
  return /^(?:README|LICEN[CS]E|INSTALL)[^/]*(?<!\.lua)$|^[^/]*\.rockspec$/i.test(path);
}

function moduleFiles(module: PluginModule): readonly string[] {
  return [`${module}.lua`, `${module}/init.lua`];
}

/**
 * Whether Kong itself requires that file of a plugin it lists (Kong 3.9.3: db/dao/plugins.lua,
 * db/schema/plugin_loader.lua, api/init.lua, status/init.lua, db/migrations/state.lua).
 */
export function isLoadedByKong(path: string, plugin: string): boolean {
  const directory = `kong/plugins/${plugin}/`;
  return (
    path.startsWith(directory) &&
    /^(?:(?:handler|schema|daos|api|status_api)(?:\/init)?\.lua$|migrations(?:\.lua$|\/)|strategies\/)/.test(
      path.slice(directory.length),
    )
  );
}
