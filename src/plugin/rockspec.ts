import { KongcrateError } from '../errors/kongcrate-error.ts';
import { evaluateLua } from './evaluate-lua.ts';
import { fieldOf, type LuaValue, textField } from './lua-value.ts';
import { parseLua } from './parse-lua.ts';

/** What kongcrate takes from a rockspec (LuaRocks, "Rockspec format"). */
export interface RockspecFacts {
  /** The rockspec's own path in the source. */
  readonly path: string;
  readonly package: string;
  /** Without the revision. */
  readonly version: string;
  /** The number behind the last `-` of the rockspec's version. */
  readonly revision?: number;
  /** `build.modules`: module name to source file, relative to the rockspec. */
  readonly modules: ReadonlyMap<string, string>;
  /** The line of each module's source, counted from 1. */
  readonly moduleLines: ReadonlyMap<string, number>;
  readonly summary?: string;
  readonly homepage?: string;
  readonly license?: string;
}

const MODULE_NAME = /^[\w-]+(?:\.[\w-]+)*$/;

/**
 * Reads a rockspec without running it: constants, constant locals and `..` are followed.
 * @throws KongcrateError PLUGIN_REFUSED: not Lua, computed, or C modules
 */
export function readRockspec(path: string, text: string): RockspecFacts {
  const parsed = parseLua(Buffer.from(text));
  if (!parsed.ok) throw refused(path, parsed.line, parsed.message);
  const { scope } = evaluateLua(parsed.chunk);
  const global = (name: string): LuaValue => scope.get(name) ?? { kind: 'nil', line: 1 };
  const version = requiredText(path, 'version', global('version'));
  const [, plain = version, revision] = /^(.+)-(\d+)$/.exec(version) ?? [];
  const modules = readModules(path, global('build'));
  return {
    path,
    package: requiredText(path, 'package', global('package')),
    version: plain,
    ...(revision === undefined ? {} : { revision: Number(revision) }),
    modules: new Map(modules.map(({ name, source }) => [name, source])),
    moduleLines: new Map(modules.map(({ name, line }) => [name, line])),
    ...readDescription(global('description')),
  };
}

function requiredText(path: string, field: string, value: LuaValue): string {
  if (value.kind === 'string') return value.value;
  if (value.kind === 'nil') throw refused(path, value.line, `${field} is not set`);
  throw computed(path, value.line, field);
}

interface RockModule {
  readonly name: string;
  readonly source: string;
  readonly line: number;
}

function readModules(path: string, build: LuaValue): readonly RockModule[] {
  if (build.kind === 'nil') return [];
  const modules = fieldOf(build, 'modules');
  if (modules.kind === 'nil') return [];
  if (modules.kind !== 'table' || modules.open) throw computed(path, modules.line, 'build.modules');
  const [nameless] = modules.items;
  if (nameless !== undefined)
    throw refused(path, nameless.line, 'build.modules[1] has no module name');
  return [...modules.fields].map(([name, value]) => readModule(path, name, value));
}

function readModule(path: string, name: string, value: LuaValue): RockModule {
  const where = `build.modules[${JSON.stringify(name)}]`;
  if (!MODULE_NAME.test(name)) throw refused(path, value.line, `${where} is no module name`);
  if (value.kind === 'table' || (value.kind === 'string' && !value.value.endsWith('.lua')))
    throw refused(path, value.line, `${where} is built from C sources`);
  if (value.kind !== 'string') throw computed(path, value.line, where);
  return { name, source: value.value, line: value.line };
}

function readDescription(
  description: LuaValue,
): Pick<RockspecFacts, 'summary' | 'homepage' | 'license'> {
  const summary = textField(description, 'summary');
  const homepage = textField(description, 'homepage');
  const license = textField(description, 'license');
  return {
    ...(summary === undefined ? {} : { summary }),
    ...(homepage === undefined ? {} : { homepage }),
    ...(license === undefined ? {} : { license }),
  };
}

function computed(path: string, line: number, field: string): KongcrateError {
  return new KongcrateError(
    'PLUGIN_REFUSED',
    `${path}:${line}: ${field} is computed; computed rockspecs cannot be read by this version`,
    {
      remedy: `Write ${field} as literal text, or name the rockspec in .kongcrateignore and give --plugin and --version.`,
      details: { reason: 'ROCKSPEC_COMPUTED', file: path, line },
    },
  );
}

function refused(path: string, line: number, what: string): KongcrateError {
  return new KongcrateError('PLUGIN_REFUSED', `${path}:${line}: ${what}`, {
    remedy:
      'kongcrate ships Lua only: correct the rockspec, or name it in .kongcrateignore if it is not meant.',
    details: { reason: 'ROCKSPEC_INVALID', file: path, line },
  });
}
