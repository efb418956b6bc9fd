import { choosePlugin, namesOf } from './choose-plugin.ts';
import { chooseVersion } from './choose-version.ts';
import { examineFiles, type ExaminedPlugin } from './examine-files.ts';
import type { KongRelease } from './kong-release.ts';
import type { GivenRockspec } from './read-rocks.ts';
import type { SourceFile } from './source-file.ts';
import { surveySource } from './survey-source.ts';

/** A plugin as `pack` would ship it. */
export interface FoundPlugin extends ExaminedPlugin {
  readonly version: string;
}

export interface FindPluginOptions {
  /** `--plugin`: which of several; the name, where the source has none; else what it must be. */
  readonly name?: string;
  /** `--version`: the version, where the source has none; else the version it must have. */
  readonly version?: string;
  /** The Kong that the plugin is meant for; default 3.9. */
  readonly release?: KongRelease;
  /** The rockspec that counts, where it was named; else it is looked for. */
  readonly rockspec?: GivenRockspec;
}

/**
 * Finds the plugin in a source directory and everything that is wrong with it. The result is a
 * function of the files alone: the name of the source directory never counts.
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
  { name, release, rockspec }: FindPluginOptions = {},
): ExaminedPlugin & { readonly handlerVersion: string | undefined } {
  const survey = surveySource(source, rockspec);
  const plugin = choosePlugin(survey.plugins, name);
  return examineFiles(survey, plugin, { name, release });
}

/**
 * The names of all plugins in a source directory: `findPlugin` finds each by it.
 * @throws KongcrateError PLUGIN_REFUSED: none, or two of one name; USAGE: one without a name
 */
export function listPluginNames(
  source: readonly SourceFile[],
  { rockspec }: FindPluginOptions = {},
): readonly string[] {
  return namesOf(surveySource(source, rockspec).plugins);
}
