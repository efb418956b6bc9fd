import { DEFAULT_ARCHIVE_LIMITS, type ArchiveLimits } from '../archive/archive-limits.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { Capability } from '../plugin/capabilities/capability.ts';
import { describeCapabilities } from '../plugin/capabilities/describe-capabilities.ts';
import { chooseVersion } from '../plugin/choose-version.ts';
import {
  examinePlugin,
  findPlugin,
  listPluginNames,
  type FindPluginOptions,
  type FoundPlugin,
} from '../plugin/find-plugin.ts';
import type { ExaminedPlugin } from '../plugin/examine-files.ts';
import type { KongRelease } from '../plugin/kong-release.ts';
import type { SourceFile } from '../plugin/source-file.ts';
import { readPluginSource } from './read-plugin-source.ts';
import type { SpoolOptions } from './with-spools.ts';

export interface SourceOptions extends SpoolOptions {
  /** Which plugin of several, or its name where the source does not say it. */
  readonly name?: string;
  /** The version, where neither rockspec nor handler has one. */
  readonly version?: string;
  /** The Kong that the plugin is meant for; default 3.9. */
  readonly release?: KongRelease;
  readonly limits?: ArchiveLimits;
}

/** A plugin with all that is wrong with it. */
export interface LintedSource extends ExaminedPlugin {
  /** Absent where an error keeps it from being told. */
  readonly version?: string;
  /** Which ways to Kong nodes are open besides `install`; empty where an error closes them all. */
  readonly capabilities: readonly Capability[];
}

/**
 * Lists everything that Kong would stumble over, errors or not.
 * @throws KongcrateError SOURCE_UNREADABLE; PLUGIN_REFUSED where no plugin is found; USAGE
 */
export function lintSource(directory: string, options: SourceOptions = {}): LintedSource {
  const { handlerVersion: handler, ...plugin } = read(directory, options, examinePlugin);
  const { name, files, rockspec, findings } = plugin;
  const isSound = findings.every(({ severity }) => severity === 'warning');
  return {
    ...plugin,
    ...(isSound
      ? { version: chooseVersion({ rockspec, handler, option: options.version, findings }) }
      : {}),
    capabilities: isSound ? describeCapabilities({ name, files }) : [],
  };
}

/**
 * Reads a plugin as it stands in its source, whether or not it could be shipped.
 * @throws KongcrateError SOURCE_UNREADABLE; PLUGIN_REFUSED where no plugin is found; USAGE
 */
export function examineSource(
  path: string,
  options: SourceOptions = {},
): ReturnType<typeof examinePlugin> {
  return read(path, options, examinePlugin);
}

/** A plugin with all the files that it was found in. */
export interface InspectedSource extends FoundPlugin {
  readonly source: readonly SourceFile[];
}

/**
 * Finds the plugin in a directory, a rockspec's directory or a rock, and lists everything that Kong
 * would stumble over.
 * @throws KongcrateError SOURCE_UNREADABLE, PLUGIN_REFUSED, ARCHIVE_REFUSED, USAGE
 */
export function inspectSource(path: string, options: SourceOptions = {}): InspectedSource {
  return read(path, options, (source, given) => ({ ...findPlugin(source, given), source }));
}

/**
 * The names of all plugins below a directory: what `--all` takes, one after the other.
 * @throws KongcrateError SOURCE_UNREADABLE, PLUGIN_REFUSED; USAGE: one of them has no name
 */
export function listPlugins(directory: string, options: SourceOptions = {}): readonly string[] {
  return read(directory, options, listPluginNames);
}

function read<Plugin>(
  path: string,
  { limits = DEFAULT_ARCHIVE_LIMITS, maxHeldBytes, ...options }: SourceOptions,
  find: (source: readonly SourceFile[], options: FindPluginOptions) => Plugin,
): Plugin {
  const { files, rockspec } = readPluginSource(path, { ...limits, maxHeldBytes });
  try {
    return find(files, { ...options, ...(rockspec === undefined ? {} : { rockspec }) });
  } catch (error) {
    throw aboutSource(path, error);
  }
}

/** What is wrong with the whole source names no file, so it has to name the source. */
function aboutSource(path: string, error: unknown): unknown {
  if (!(error instanceof KongcrateError)) return error;
  const { code, message, remedy, details } = error;
  if (details['reason'] !== 'NO_PLUGIN' && details['reason'] !== 'SEVERAL_PLUGINS') return error;
  return new KongcrateError(code, `${path}: ${message}`, { remedy, details, cause: error });
}
