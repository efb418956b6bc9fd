import type { PlannedFile } from '../content/extraction-plan.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { checkRockModules } from './check-rock-modules.ts';
import { chooseName } from './choose-name.ts';
import { checkVersionsAgree, chooseVersion } from './choose-version.ts';
import type { Finding } from './finding.ts';
import { followSiblings } from './follow-siblings.ts';
import { readHandlerFacts } from './handler-facts.ts';
import type { KongRelease } from './kong-release.ts';
import { lintPlugin } from './lint-plugin.ts';
import { locatePlugin } from './locate-plugin.ts';
import type { PluginFile } from './plugin-file.ts';
import { findModule, findPluginTrees, isSideFile, type PluginTree } from './plugin-tree.ts';
import { mappedPlugins, readRockModules, type RockModule } from './rock-modules.ts';
import { readRockspec, type RockspecFacts } from './rockspec.ts';
import { checkFile } from './rules/check-file.ts';
import { checkOwnOutput } from './rules/check-own-output.ts';
import type { SourceFile } from './source-file.ts';
import { visibleFiles } from './visible-files.ts';

/** A plugin as `pack` would ship it. */
export interface FoundPlugin extends ExaminedPlugin {
  readonly version: string;
}

/** A plugin as it stands in the source, whether or not it can be shipped. */
export interface ExaminedPlugin {
  readonly name: string;
  /** The handler's PRIORITY, where it is a literal. */
  readonly priority?: number;
  /** Relative to the Lua root, sorted by path in byte order. */
  readonly files: readonly PlannedFile[];
  readonly rockspec?: RockspecFacts;
  /** README, licence, INSTALL and rockspec beside the plugin: never in the layer. */
  readonly extras: readonly PlannedFile[];
  /** Nothing may be shipped while one of these is an error. */
  readonly findings: readonly Finding[];
}

export interface FindPluginOptions {
  /** `--plugin`: the name, where the source has none; else the name it must have. */
  readonly name?: string;
  /** `--version`: the version, where the source has none; else the version it must have. */
  readonly version?: string;
  /** The Kong that the plugin is meant for; default 3.9. */
  readonly release?: KongRelease;
  /** The rockspec that counts, where it was named; else it is looked for. */
  readonly rockspec?: GivenRockspec;
}

export interface GivenRockspec {
  /** Relative to the source. */
  readonly path: string;
  /** Whether the source is an unpacked rock. */
  readonly isBuilt: boolean;
}

/**
 * Finds the plugin in a source directory and everything that is wrong with it. The result is a
 * function of the files alone: the name of the directory never counts.
 * @throws KongcrateError PLUGIN_REFUSED: no plugin, several, another name or version than given,
 *   an unreadable rockspec; USAGE: a name or version that only the caller can give
 */
export function findPlugin(
  source: readonly SourceFile[],
  options: FindPluginOptions = {},
): FoundPlugin {
  const { handlerVersion: handler, ...plugin } = examinePlugin(source, options);
  const { rockspec, findings } = plugin;
  const version = chooseVersion({ rockspec, handler, option: options.version, findings });
  return { ...plugin, version };
}

/**
 * As `findPlugin`, for a plugin that cannot be shipped yet: its version is not asked for.
 * @throws KongcrateError PLUGIN_REFUSED, USAGE
 */
export function examinePlugin(
  source: readonly SourceFile[],
  options: FindPluginOptions = {},
): ExaminedPlugin & { readonly handlerVersion: string | undefined } {
  const all = visibleFiles(source);
  const visible = all.filter(({ kind }) => kind !== 'own-output');
  const rockspec = findRockspec(visible, options.rockspec);
  const modules = rockspec === undefined ? [] : readRockModules(rockspec, visible);
  const plugin = locatePlugin(visible, mappedPlugins(modules), options.name);
  const name = chooseName({ plugin, rockspec, modules, visible, option: options.name });
  const own = followSiblings(ownFiles(visible, plugin, name), { plugin, visible });
  const files = withRockModules(own, modules);
  const { version: handlerVersion, ...facts } = readHandlerFacts(
    findModule(files, `kong/plugins/${name}/`, 'handler')?.source.bytes,
  );
  const extras = findExtras(visible, plugin.root);
  const findings = [
    ...lintPlugin(name, files, options.release),
    ...(rockspec === undefined ? [] : checkRockModules(rockspec, modules, own)),
    ...extras.flatMap(checkFile),
    ...checkOwnOutput(
      all.filter(({ path, kind }) => kind === 'own-output' && path.startsWith(plugin.directory)),
    ),
  ];
  return {
    name,
    handlerVersion,
    ...facts,
    files: files.map(({ path, source: { bytes } }) => ({ path, bytes })),
    ...(rockspec === undefined ? {} : { rockspec }),
    extras: extras.map(({ path, bytes }) => ({ path: path.replace(/^.*\//, ''), bytes })),
    findings: [...findings, ...checkVersionsAgree(rockspec, handlerVersion)],
  };
}

/** The rockspec at the top, else the one beside a `kong/plugins` one directory down. */
function findRockspec(
  files: readonly SourceFile[],
  given: GivenRockspec | undefined,
): RockspecFacts | undefined {
  if (given !== undefined) return readGiven(files, given);
  const paths = files.map(({ path }) => path);
  const roots = ['', ...findPluginTrees(paths, 'handler').map(({ root }) => root)];
  const found =
    roots
      .map((root) => files.filter(({ path }) => isRockspecIn(root, path)))
      .find((rockspecs) => rockspecs.length > 0) ?? [];
  const [file] = found;
  if (file === undefined) return undefined;
  if (found.length === 1) return readRockspec(file.path, new TextDecoder().decode(file.bytes));
  const rockspecs = found.map(({ path }) => path);
  throw new KongcrateError('PLUGIN_REFUSED', `several rockspecs: ${rockspecs.join(', ')}`, {
    remedy: 'Delete the old ones, or name them in .kongcrateignore.',
    details: { reason: 'SEVERAL_ROCKSPECS', rockspecs },
  });
}

function readGiven(files: readonly SourceFile[], { path, isBuilt }: GivenRockspec): RockspecFacts {
  const file = files.find((each) => each.path === path);
  if (file?.kind === 'file')
    return readRockspec(path, new TextDecoder().decode(file.bytes), isBuilt);
  throw new KongcrateError('PLUGIN_REFUSED', `${path} is hidden, a link, or left out`, {
    remedy: 'Take it out of .kongcrateignore, or give the directory.',
    details: { reason: 'ROCKSPEC_LEFT_OUT', file: path },
  });
}

function isRockspecIn(root: string, path: string): boolean {
  return path.startsWith(root) && /^[^/]+\.rockspec$/.test(path.slice(root.length));
}

function ownFiles(
  visible: readonly SourceFile[],
  { directory }: PluginTree,
  name: string,
): readonly PluginFile[] {
  return visible
    .filter(({ path }) => path.startsWith(directory))
    .map((source) => ({ rest: source.path.slice(directory.length), source }))
    .filter(({ rest }) => directory !== '' || !isSideFile(rest))
    .map(({ rest, source }) => ({ path: `kong/plugins/${name}/${rest}`, source }));
}

/** LuaRocks and the directory together; where they disagree, the directory counts. */
function withRockModules(
  own: readonly PluginFile[],
  modules: readonly RockModule[],
): readonly PluginFile[] {
  const mapped = modules.flatMap(({ file }) => file ?? []);
  const byPath = new Map([...mapped, ...own].map((file) => [file.path, file]));
  return [...byPath.values()].sort((a, b) =>
    Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)),
  );
}

function findExtras(visible: readonly SourceFile[], root: string): readonly SourceFile[] {
  return visible.filter(({ path }) => path.startsWith(root) && isSideFile(path.slice(root.length)));
}
