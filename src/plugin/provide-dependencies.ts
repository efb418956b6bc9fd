import { isKongModule } from './kong-modules.ts';
import { KONG_ROCKS } from './kong-rocks.ts';
import type { RockDependency } from './rock-dependencies.ts';

/** A dependency with who brings its modules to a node. */
export interface ProvidedDependency extends RockDependency {
  /** `nobody`: it must be installed on every node beside the package. */
  readonly providedBy: 'kong' | 'package' | 'nobody';
}

const PLATFORM: ReadonlySet<string> = new Set(['kong', 'lua', 'luajit']);

/**
 * Says who provides each dependency of a rockspec. Rocks do not say which modules they hold, so
 * this goes by their names; versions are not compared.
 * @param paths the files of the package, relative to the Lua root
 */
export function provideDependencies(
  dependencies: readonly RockDependency[],
  paths: readonly string[],
): readonly ProvidedDependency[] {
  return dependencies.map((dependency) => ({
    ...dependency,
    providedBy: providerOf(dependency.name, paths),
  }));
}

function providerOf(rock: string, paths: readonly string[]): ProvidedDependency['providedBy'] {
  if (PLATFORM.has(rock)) return 'kong';
  const modules = modulesOf(rock);
  if (modules.some(isKongModule)) return 'kong';
  const isPackaged = modules
    .map((module) => module.replaceAll('.', '/'))
    .some((path) => paths.some((file) => file === `${path}.lua` || file.startsWith(`${path}/`)));
  return isPackaged ? 'package' : 'nobody';
}

/** The modules a rock of that name would hold: `lua-resty-http` has `resty.http`. */
function modulesOf(rock: string): readonly string[] {
  const known = KONG_ROCKS.get(rock);
  const plugin = /^kong-plugin-(.+)$/.exec(rock)?.[1];
  const bare = rock.replace(/^lua-/, '');
  return [
    ...(known === undefined ? [] : [known]),
    ...(plugin === undefined ? [] : [`kong.plugins.${plugin}`]),
    ...new Set([rock, bare, bare.replace(/^resty-/, 'resty.')]),
  ];
}
