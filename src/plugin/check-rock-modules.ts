import type { Finding } from './finding.ts';
import { isKongModule } from './kong-modules.ts';
import type { PluginFile } from './plugin-file.ts';
import { provideDependencies } from './provide-dependencies.ts';
import type { RockModule } from './rock-modules.ts';
import type { RockspecFacts } from './rockspec.ts';
import type { SourceFile } from './source-file.ts';

/** What is wrong with a rockspec, for a plugin whose directory holds `own`. */
export function checkRockModules(
  rockspec: RockspecFacts,
  modules: readonly RockModule[],
  own: readonly PluginFile[],
): readonly Finding[] {
  const sources = new Map(own.map(({ path, source }) => [path, source]));
  const file = rockspec.path;
  return [
    ...rockspec.notes.map((note): Finding => ({ ...note, severity: 'warning', file })),
    ...checkDependencies(rockspec, [...own.map(({ path }) => path), ...pathsOf(modules)]),
    ...modules.flatMap((module) => checkModule({ file, line: module.line }, module, sources)),
    ...checkTwice(rockspec, modules, sources),
    ...checkUnlisted(rockspec, modules, own),
  ];
}

/** A rockspec that has no file of the directory does not claim to have them all. */
function checkUnlisted(
  { path, build }: RockspecFacts,
  modules: readonly RockModule[],
  own: readonly PluginFile[],
): readonly Finding[] {
  const listed = new Set(pathsOf(modules));
  if (!own.some((file) => listed.has(file.path))) return [];
  return own
    .filter((file) => !listed.has(file.path))
    .map(({ source }) => ({
      severity: 'warning',
      rule: 'rockspec-file-unlisted',
      file: path,
      line: build.line,
      message: `LuaRocks would not install ${source.path}, which is packed: build.modules has it not`,
      remedy: 'Add it to build.modules, or name it in .kongcrateignore where no node needs it.',
    }));
}

function pathsOf(modules: readonly RockModule[]): readonly string[] {
  return modules.flatMap(({ file }) => file?.path ?? []);
}

function checkModule(
  at: Place,
  { name, from, file }: RockModule,
  sources: ReadonlyMap<string, SourceFile>,
): readonly Finding[] {
  if (file === undefined) return [missing(at, name, from)];
  const packed = sources.get(file.path);
  if (packed !== undefined && packed !== file.source) return [differs(at, file, packed)];
  return packed === undefined && isKongModule(name) ? [shadows(at, name)] : [];
}

/** LuaRocks keeps modules by their source in no order: which one it installs is chance. */
function checkTwice(
  { path, build }: RockspecFacts,
  modules: readonly RockModule[],
  own: ReadonlyMap<string, SourceFile>,
): readonly Finding[] {
  const listed = modules.slice(0, build.modules === 'detected' ? 0 : build.modules.length);
  return listed.flatMap((module, index): readonly Finding[] => {
    const { name, from, file, line } = module;
    const at = { file: path, line };
    const before = listed.slice(0, index);
    if (file === undefined) return [];
    const rival = before.find((other) => other.file?.path === file.path);
    if (rival !== undefined && rival.file?.source !== file.source && !own.has(file.path))
      return [twice(at, file, rival.from)];
    const shared = before.find((other) => other.from === from);
    return shared === undefined ? [] : [sharesSource(at, [shared.name, name], from)];
  });
}

function checkDependencies(
  { path, dependencies }: RockspecFacts,
  paths: readonly string[],
): readonly Finding[] {
  return provideDependencies(dependencies, paths)
    .filter(({ providedBy }) => providedBy === 'nobody')
    .map(({ name, line }) => ({
      severity: 'warning',
      rule: 'rockspec-dependency-missing',
      file: path,
      line,
      message: `dependency ${name} comes neither with Kong 3.9.3 nor with this package`,
      remedy: 'Add its Lua files to build.modules, or install the rock on every node.',
    }));
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

function twice(at: Place, { path, source }: PluginFile, other: string): Finding {
  return {
    ...at,
    severity: 'error',
    rule: 'rockspec-module-twice',
    message: `${path} would come from ${other} and from ${source.path}: LuaRocks takes any`,
    remedy: 'Take one of the two modules out of build.modules.',
  };
}

function sharesSource(at: Place, names: readonly string[], from: string): Finding {
  return {
    ...at,
    severity: 'warning',
    rule: 'rockspec-source-shared',
    message: `${names.join(' and ')} both come from ${from}: LuaRocks installs only one of them, here both are packed`,
    remedy: 'Give each module a file of its own.',
  };
}
