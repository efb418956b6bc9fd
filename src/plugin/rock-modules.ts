import { posix } from 'node:path';
import type { Finding } from './finding.ts';
import { isKongModule } from './kong-modules.ts';
import type { PluginFile } from './plugin-file.ts';
import type { RockspecFacts } from './rockspec.ts';
import type { SourceFile } from './source-file.ts';

/** A module of the rockspec, with its file if the source has it. */
export interface RockModule {
  readonly name: string;
  readonly line: number;
  /** As the rockspec has it. */
  readonly from: string;
  readonly file: PluginFile | undefined;
}

/** Maps a rockspec's modules to files as LuaRocks' builtin build does (build/builtin.lua:280). */
export function readRockModules(
  rockspec: RockspecFacts,
  files: readonly SourceFile[],
): readonly RockModule[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  return [...rockspec.modules].map(([name, from]) => {
    const source = byPath.get(posix.join(posix.dirname(rockspec.path), from));
    const file = source === undefined ? undefined : { path: installedPath(name, from), source };
    return { name, line: rockspec.moduleLines.get(name) ?? 1, from, file };
  });
}

/** The plugins whose handler a rockspec takes from a file that is there. */
export function mappedPlugins(modules: readonly RockModule[]): readonly string[] {
  return modules.flatMap(({ name, file }) => {
    const plugin = /^kong\.plugins\.([^.]+)\.handler$/.exec(name)?.[1];
    return plugin === undefined || file === undefined ? [] : [plugin];
  });
}

/** What is wrong with the modules of a rockspec, for a plugin whose directory holds `own`. */
export function checkRockModules(
  rockspec: RockspecFacts,
  modules: readonly RockModule[],
  own: readonly PluginFile[],
): readonly Finding[] {
  const sources = new Map(own.map(({ path, source }) => [path, source]));
  return modules.flatMap(({ name, line, from, file }): readonly Finding[] => {
    const at = { file: rockspec.path, line };
    if (file === undefined) return [missing(at, name, from)];
    const packed = sources.get(file.path);
    if (packed !== undefined && packed !== file.source) return [differs(at, file, packed)];
    return packed === undefined && isKongModule(name) ? [shadows(at, name)] : [];
  });
}

function installedPath(name: string, from: string): string {
  const path = name.replaceAll('.', '/');
  const isInit = posix.basename(from) === 'init.lua' && !/(?:^|\.)init$/.test(name);
  return isInit ? `${path}/init.lua` : `${path}.lua`;
}

type Place = Pick<Finding, 'file' | 'line'>;

function missing(at: Place, name: string, from: string): Finding {
  return {
    ...at,
    severity: 'error',
    rule: 'rockspec-module-missing',
    message: `module ${name}: there is no ${from}`,
    remedy: 'Add the file, or take the module out of build.modules.',
  };
}

function differs(at: Place, file: PluginFile, packed: SourceFile): Finding {
  return {
    ...at,
    severity: 'warning',
    rule: 'rockspec-module-differs',
    message: `LuaRocks would install ${file.source.path} as ${file.path}; ${packed.path} is packed`,
    remedy: 'Let build.modules name the file in the plugin directory.',
  };
}

function shadows(at: Place, name: string): Finding {
  return {
    ...at,
    severity: 'error',
    rule: 'shadows-kong',
    message: `module ${name} would stand in the place of Kong's own code`,
    remedy: 'Rename the module, or take it out of build.modules where Kong has it already.',
  };
}
