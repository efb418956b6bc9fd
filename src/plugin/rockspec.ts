import { evaluateLua } from './evaluate-lua.ts';
import { type LuaValue, textField } from './lua-value.ts';
import { mergePlatforms } from './merge-platforms.ts';
import { parseLua } from './parse-lua.ts';
import { readRockDependencies, type RockDependency } from './rock-dependencies.ts';
import { readRockspecBuild, type RockspecBuild } from './rockspec-build.ts';
import { noteRockspec, type RockspecNote } from './rockspec-notes.ts';
import { rockspecComputed, rockspecInvalid } from './rockspec-refused.ts';

/** What kongcrate takes from a rockspec (LuaRocks, "Rockspec format"). */
export interface RockspecFacts {
  /** The rockspec's own path in the source. */
  readonly path: string;
  readonly package: string;
  /** Without the revision. */
  readonly version: string;
  /** The number behind the last `-` of the rockspec's version. */
  readonly revision?: number;
  readonly build: RockspecBuild;
  /** What must be there to run it, in the order of the rockspec. */
  readonly dependencies: readonly RockDependency[];
  /** What LuaRocks would do on the node and kongcrate does not. */
  readonly notes: readonly RockspecNote[];
  readonly summary?: string;
  readonly homepage?: string;
  readonly license?: string;
}

/** In a rock it no longer matters how the files came to be. */
const BUILT: RockspecBuild = {
  line: 1,
  type: 'built',
  modules: [],
  installed: [],
  directories: [],
};

/**
 * Reads a rockspec without running it, as far as kongcrate needs it. `source`, `test`, `deploy`,
 * `supported_platforms` and the dependencies of build and test say nothing about the package.
 * @param isBuilt whether it is the rockspec of a rock: its `build` is not looked at
 * @throws KongcrateError PLUGIN_REFUSED: not Lua, not to be told without running it, C modules,
 *   or a build that runs programs
 */
export function readRockspec(path: string, text: string, isBuilt = false): RockspecFacts {
  const parsed = parseLua(Buffer.from(text));
  if (!parsed.ok) throw rockspecInvalid({ path, line: parsed.line }, parsed.message);
  const { scope } = evaluateLua(parsed.chunk);
  const global = (name: string): LuaValue =>
    mergePlatforms(scope.get(name) ?? { kind: 'nil', line: 1 });
  const version = requiredText(path, 'version', global('version'));
  const [, plain = version, revision] = /^(.+)-(\d+)$/.exec(version) ?? [];
  const format = global('rockspec_format');
  const { dependencies, notes } = readRockDependencies(global('dependencies'));
  return {
    path,
    package: requiredText(path, 'package', global('package')),
    version: plain,
    ...(revision === undefined ? {} : { revision: Number(revision) }),
    build: isBuilt
      ? BUILT
      : readRockspecBuild(path, global('build'), {
          isFormat3: format.kind === 'string' && Number.parseFloat(format.value) >= 3,
        }),
    dependencies,
    notes: [...notes, ...noteRockspec(global)],
    ...readDescription(global('description')),
  };
}

function requiredText(path: string, field: string, value: LuaValue): string {
  const { kind, line } = value;
  if (kind === 'string') return value.value;
  throw kind === 'nil'
    ? rockspecInvalid({ path, line }, `${field} is not set`)
    : rockspecComputed({ path, line }, field);
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
