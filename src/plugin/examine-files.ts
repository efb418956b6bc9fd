import type { ArchivedFile } from '../content/extraction-plan.ts';
import { checkRockModules } from './check-rock-modules.ts';
import { checkRockspecs } from './check-rockspecs.ts';
import { nameOf } from './choose-plugin.ts';
import { checkVersionsAgree } from './choose-version.ts';
import type { Finding } from './finding.ts';
import { followSiblings } from './follow-siblings.ts';
import { readHandlerFacts } from './handler-facts.ts';
import type { KongRelease } from './kong-release.ts';
import { lintPlugin } from './lint-plugin.ts';
import type { PluginFile } from './plugin-file.ts';
import { findModule, isSideFile, type PluginTree } from './plugin-tree.ts';
import type { Rock } from './read-rocks.ts';
import { rockHandlers, type RockModule } from './rock-modules.ts';
import type { RockspecFacts } from './rockspec.ts';
import { checkFile } from './rules/check-file.ts';
import { checkOwnOutput } from './rules/check-own-output.ts';
import type { SourceFile } from './source-file.ts';
import type { SourceSurvey, SurveyedPlugin } from './survey-source.ts';

/** A plugin as it stands in the source, whether or not it can be shipped. */
export interface ExaminedPlugin {
  readonly name: string;
  /** The handler's PRIORITY, where it is a literal. */
  readonly priority?: number;
  /** Relative to the Lua root, sorted by path in byte order. */
  readonly files: readonly ArchivedFile[];
  readonly rockspec?: RockspecFacts;
  /** README, licence, INSTALL and rockspec beside the plugin: never in the layer. */
  readonly extras: readonly ArchivedFile[];
  /** Nothing may be shipped while one of these is an error. */
  readonly findings: readonly Finding[];
}

/**
 * Collects what would be packed of a plugin, and lists all that is wrong with it.
 * @throws KongcrateError PLUGIN_REFUSED: another name than given, a rockspec that cannot be read;
 *   USAGE: no name
 */
export function examineFiles(
  { visible, ownOutput }: SourceSurvey,
  plugin: SurveyedPlugin,
  options: { readonly name?: string | undefined; readonly release?: KongRelease | undefined },
): ExaminedPlugin & { readonly handlerVersion: string | undefined } {
  const name = nameOf(plugin, options.name);
  if (plugin.rock.problem !== undefined) throw plugin.rock.problem;
  const rock = plugin.rock.rock && withoutOthers(plugin.rock.rock, name);
  const modules = rock?.modules ?? [];
  const own = followSiblings(ownFiles(visible, plugin, { name, modules }), { plugin, visible });
  const files = withRockModules(own, modules);
  const { version: handlerVersion, ...facts } = readHandlerFacts(
    findModule(files, `kong/plugins/${name}/`, 'handler')?.source.bytes,
  );
  const extras = findExtras(visible, plugin.root);
  const findings = [
    ...lintPlugin(name, files, options.release),
    ...(rock === undefined ? [] : checkRockModules(rock.rockspec, modules, own)),
    ...checkRockspecs(name, plugin.rock),
    ...extras.flatMap(checkFile),
    ...checkOwnOutput(ownOutput.filter(({ path }) => path.startsWith(plugin.directory))),
    ...checkVersionsAgree(rock?.rockspec, handlerVersion),
  ];
  return {
    name,
    handlerVersion,
    ...facts,
    files: files.map(({ path, source: { bytes } }) => ({ path, bytes })),
    ...(rock === undefined ? {} : { rockspec: rock.rockspec }),
    extras: extras.map(({ path, bytes }) => ({ path: path.replace(/^.*\//, ''), bytes })),
    findings,
  };
}

/** A rockspec of several plugins, for one of them: the others are packages of their own. */
function withoutOthers({ rockspec, modules, ...rock }: Rock, plugin: string): Rock {
  const others = new Set(rockHandlers(modules).map((handler) => handler.plugin));
  others.delete(plugin);
  const isOwn = ({ name }: { readonly name: string }): boolean => {
    const [, owner] = /^kong[./]plugins[./]([^./]+)[./]/.exec(name) ?? [];
    return owner === undefined || !others.has(owner);
  };
  const { build } = rockspec;
  const listed = build.modules === 'detected' ? build.modules : build.modules.filter(isOwn);
  return {
    ...rock,
    rockspec: { ...rockspec, build: { ...build, modules: listed } },
    modules: modules.filter(isOwn),
  };
}

/** Below `kong/plugins` all files; elsewhere neither side files nor what the rockspec moves away. */
function ownFiles(
  visible: readonly SourceFile[],
  { root, directory }: PluginTree,
  { name, modules }: { readonly name: string; readonly modules: readonly RockModule[] },
): readonly PluginFile[] {
  const isTree = directory.endsWith(`kong/plugins/${directory.split('/').at(-2) ?? ''}/`);
  const mapped = modules.flatMap(({ file }) => file ?? []);
  const places = new Set(mapped.map(({ path }) => path));
  const moved = new Set(mapped.map(({ source }) => source));
  return visible
    .filter(({ path }) => path.startsWith(directory))
    .map((source) => ({ rest: source.path.slice(directory.length), source }))
    .filter(({ rest }) => directory !== root || !isSideFile(rest))
    .map(({ rest, source }) => ({ path: `kong/plugins/${name}/${rest}`, source }))
    .filter(({ path, source }) => isTree || places.has(path) || !moved.has(source));
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
