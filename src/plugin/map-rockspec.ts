import { posix } from 'node:path';
import type { RockspecModule } from './rockspec-build.ts';
import { rockspecInvalid } from './rockspec-refused.ts';
import type { RockspecFacts } from './rockspec.ts';
import { moduleNameOf } from './plugin-tree.ts';
import type { SourceFile } from './source-file.ts';

/** Where LuaRocks would install a file of the source. */
export interface RockspecMapping {
  readonly name: string;
  /** As the rockspec has it, relative to the rockspec. */
  readonly from: string;
  /** Relative to the Lua root. */
  readonly to: string;
  /** The line of the rockspec, counted from 1. */
  readonly line: number;
}

/** The directories LuaRocks looks for modules in, first come, and what it passes over there. */
const MODULE_DIRECTORIES = ['src/', 'lua/', 'lib/'];
const PASSED_OVER: ReadonlySet<string> = new Set(['spec', 'lua_modules', 'test.lua', 'tests.lua']);
const COPIED_WHOLE = 'lua/';

/**
 * Maps files as LuaRocks 3.8 installs them (build.lua, build/builtin.lua), in its order: of two
 * that go to one place the later one stays.
 * @throws KongcrateError PLUGIN_REFUSED: a C source among the modules that LuaRocks would detect
 */
export function mapRockspec(
  rockspec: RockspecFacts,
  files: readonly SourceFile[],
): readonly RockspecMapping[] {
  const { path, build } = rockspec;
  const top = path.slice(0, path.lastIndexOf('/') + 1);
  const paths = files
    .filter((file) => file.path.startsWith(top))
    .map((file) => file.path.slice(top.length));
  const modules = build.modules === 'detected' ? detectModules(rockspec, paths) : build.modules;
  const copied = build.type === 'none' ? [] : [COPIED_WHOLE];
  return [
    ...modules.map((module) => ({ ...module, to: modulePath(module) })),
    ...copyDirectories(copied, paths, build.line),
    ...build.installed.map((module) => ({ ...module, to: installedPath(module) })),
    // The rock's own directory has the Lua files in `lua/`; anything else of it is documentation.
    ...copyDirectories(build.directories, paths, build.line),
  ];
}

function detectModules({ path, build }: RockspecFacts, paths: readonly string[]): RockspecModule[] {
  const directory =
    MODULE_DIRECTORIES.find((each) => paths.some((file) => file.startsWith(each))) ?? '';
  const files = paths
    .filter((file) => file.startsWith(directory))
    .filter((file) => !PASSED_OVER.has(file.slice(directory.length).split('/', 1)[0] ?? ''));
  const { line } = build;
  const native = files.find((file) => file.endsWith('.c'));
  if (native !== undefined)
    throw rockspecInvalid({ path, line }, `${native}: a module that is built from C sources`);
  return files
    .filter((file) => file.endsWith('.lua'))
    .map((from) => {
      const name = from.slice(directory.length, -'.lua'.length).replaceAll('/', '.');
      return { name, from, line };
    });
}

/** build/builtin.lua: a file `init.lua` becomes one unless the module is named `….init` already. */
function modulePath({ name, from }: RockspecModule): string {
  const path = name.replaceAll('.', '/');
  const isInit = posix.basename(from) === 'init.lua' && !name.endsWith('.init');
  return isInit ? `${path}/init.lua` : `${path}.lua`;
}

/** build.lua, `install_to`: a file that is no Lua keeps its own name below the module's path. */
function installedPath({ name, from }: RockspecModule): string {
  const file = posix.basename(from);
  if (name === '') return file;
  const path = name.replaceAll('.', '/');
  return file.endsWith('.lua') ? `${path}.lua` : posix.join(posix.dirname(path), file);
}

function copyDirectories(
  directories: readonly string[],
  paths: readonly string[],
  line: number,
): readonly RockspecMapping[] {
  return directories
    .map((directory) => `${posix.normalize(directory).replace(/\/$/, '')}/`)
    .flatMap((directory) => paths.filter((path) => path.startsWith(directory)))
    .filter((path) => path.startsWith(COPIED_WHOLE))
    .map((from) => {
      const to = from.slice(COPIED_WHOLE.length);
      return { name: moduleNameOf(to), from, to, line };
    });
}
