import { DEFAULT_ARCHIVE_LIMITS, type ArchiveLimits } from '../archive/archive-limits.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { findPlugin, type FoundPlugin } from '../plugin/find-plugin.ts';
import { readSourceTree } from './read-source-tree.ts';

export interface SourceOptions {
  /** The plugin's name, where the source does not say it or to make sure which it is. */
  readonly name?: string;
  /** The version, where neither rockspec nor handler has one. */
  readonly version?: string;
  readonly limits?: ArchiveLimits;
}

/**
 * Finds the plugin in a source directory and lists everything that Kong would stumble over.
 * @throws KongcrateError SOURCE_UNREADABLE, PLUGIN_REFUSED, USAGE
 */
export function inspectSource(directory: string, options: SourceOptions = {}): FoundPlugin {
  const source = readSourceTree(directory, options.limits ?? DEFAULT_ARCHIVE_LIMITS);
  const { name, version } = options;
  try {
    return findPlugin(source, {
      ...(name === undefined ? {} : { name }),
      ...(version === undefined ? {} : { version }),
    });
  } catch (error) {
    throw aboutDirectory(directory, error);
  }
}

/** What is wrong with the whole directory names no file, so it has to name the directory. */
function aboutDirectory(directory: string, error: unknown): unknown {
  if (!(error instanceof KongcrateError)) return error;
  const { code, message, remedy, details } = error;
  if (details['reason'] !== 'NO_PLUGIN' && details['reason'] !== 'SEVERAL_PLUGINS') return error;
  return new KongcrateError(code, `${directory}: ${message}`, { remedy, details, cause: error });
}
