import { fieldOf, type LuaObject, type LuaValue } from './lua-value.ts';
import { rockspecComputed, rockspecInvalid, type RockspecPlace } from './rockspec-refused.ts';

/** A Lua file that a rockspec gives a module name. */
export interface RockspecModule {
  /** Empty for a file of `build.install.lua` that has none. */
  readonly name: string;
  /** As the rockspec has it, relative to the rockspec. */
  readonly from: string;
  /** Counted from 1. */
  readonly line: number;
}

/** What a rockspec says about the files that LuaRocks would install. */
export interface RockspecBuild {
  readonly line: number;
  /**
   * `none` installs only what `build.install` and `build.copy_directories` name; `built`: it is the
   * rockspec of a rock, whose Lua files stand in `lua/` already.
   */
  readonly type: 'builtin' | 'none' | 'built';
  /** `build.modules`; `detected`: LuaRocks looks for them by itself (format 3). */
  readonly modules: readonly RockspecModule[] | 'detected';
  /** `build.install.lua`. */
  readonly installed: readonly RockspecModule[];
  /** `build.copy_directories`, relative to the rockspec. */
  readonly directories: readonly string[];
}

/** `/` is no use of a dot, and LuaRocks makes the same path of it. */
const MODULE_NAME = /^[\w-]+(?:[./][\w-]+)*$/;
const RUNS_PROGRAMS = 'kongcrate runs no build: use type = "builtin" and list the Lua files.';

/**
 * Reads `build` of a rockspec (LuaRocks 3.8, build.lua and build/builtin.lua).
 * @throws KongcrateError PLUGIN_REFUSED
 */
export function readRockspecBuild(
  path: string,
  build: LuaValue,
  { isFormat3 }: { readonly isFormat3: boolean },
): RockspecBuild {
  const { line } = build;
  const nothing: LuaValue = { kind: 'nil', line };
  const field = (name: string): LuaValue => (build.kind === 'nil' ? nothing : fieldOf(build, name));
  if (build.kind === 'unknown') throw rockspecComputed({ path, line }, 'build');
  for (const name of ['patches', 'extra_files']) refuseSet(path, `build.${name}`, field(name));
  const install = field('install');
  if (install.kind === 'unknown') throw rockspecComputed({ path, line }, 'build.install');
  const ofInstall = (name: string): LuaValue =>
    install.kind === 'nil' ? nothing : fieldOf(install, name);
  refuseSet(path, 'build.install.lib', ofInstall('lib'));
  const type = readType(path, field('type'));
  const modules = type === 'none' ? nothing : field('modules');
  const isDetected = type === 'builtin' && isFormat3 && modules.kind === 'nil';
  return {
    line,
    type,
    modules: isDetected ? 'detected' : readModules(path, 'build.modules', modules),
    installed: readModules(path, 'build.install.lua', ofInstall('lua')),
    directories: readTexts(path, 'build.copy_directories', field('copy_directories')),
  };
}

function refuseSet(path: string, field: string, value: LuaValue): void {
  const { kind, line } = value;
  if (kind === 'nil' || (kind === 'table' && isEmpty(value))) return;
  if (kind === 'unknown') throw rockspecComputed({ path, line }, field);
  const remedy = field.endsWith('.lib')
    ? undefined
    : 'kongcrate packs the files as they are: change them in the source.';
  throw rockspecInvalid({ path, line }, `${field} is not supported`, remedy);
}

function isEmpty({ fields, items, open }: LuaObject): boolean {
  return fields.size === 0 && items.length === 0 && !open;
}

/** `module` is LuaRocks' old word; without a type, format 3 takes `builtin`. */
function readType(path: string, type: LuaValue): 'builtin' | 'none' {
  const { kind, line } = type;
  if (kind === 'nil') return 'builtin';
  if (kind !== 'string') throw rockspecComputed({ path, line }, 'build.type');
  const { value } = type;
  if (value === 'builtin' || value === 'module') return 'builtin';
  if (value === 'none') return 'none';
  const what = `build.type ${JSON.stringify(value)} runs programs to build it`;
  throw rockspecInvalid({ path, line }, what, RUNS_PROGRAMS);
}

function readModules(path: string, where: string, modules: LuaValue): readonly RockspecModule[] {
  const { kind, line } = modules;
  if (kind === 'nil') return [];
  if (kind !== 'table' || modules.open) throw rockspecComputed({ path, line }, where);
  const isInstall = where !== 'build.modules';
  const [nameless] = modules.items;
  if (!isInstall && nameless !== undefined)
    throw rockspecInvalid({ path, line: nameless.line }, `${where}[1] has no module name`);
  const files = modules.items.map((value, index) =>
    fileOf({ path, line: value.line }, `${where}[${index + 1}]`, value),
  );
  const named = [...modules.fields]
    .filter(([, value]) => value.kind !== 'nil')
    .map(([name, value]) => {
      const place = { path, line: value.line };
      const field = `${where}[${JSON.stringify(name)}]`;
      if (!MODULE_NAME.test(name)) throw rockspecInvalid(place, `${field} is no module name`);
      if (!isInstall && isNative(value))
        throw rockspecInvalid(place, `${field} is built from C sources`);
      return { name, from: fileOf(place, field, value), line: place.line };
    });
  return [...files.map((from) => ({ name: '', from, line })), ...named];
}

function isNative(value: LuaValue): boolean {
  return value.kind === 'table' || (value.kind === 'string' && !value.value.endsWith('.lua'));
}

function fileOf(place: RockspecPlace, field: string, value: LuaValue): string {
  if (value.kind === 'string') return value.value;
  throw rockspecComputed(place, field);
}

function readTexts(path: string, where: string, value: LuaValue): readonly string[] {
  const { kind, line } = value;
  if (kind === 'nil') return [];
  if (kind !== 'table' || value.open) throw rockspecComputed({ path, line }, where);
  return [...value.items, ...value.fields.values()].map((item) =>
    fileOf({ path, line: item.line }, where, item),
  );
}
