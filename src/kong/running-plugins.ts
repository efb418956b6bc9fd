import { join } from 'node:path';
import { readIfPossible } from './conf-files.ts';
import { readValue } from './conf-value.ts';
import { findEntry, parseKongConf } from './kong-conf.ts';
import { loadedNames, splitList } from './plugin-list.ts';

/** What a node runs with; a plain `kong reload` starts from it. */
export interface RunningPlugins {
  readonly plugins: readonly string[];
  /** The file that `kong start` wrote, in which kong.conf, environment and flags are one. */
  readonly file: string;
}

/**
 * Reads the plugins of the running node. The environment it was started with is not in
 * `/proc/<master>/environ` (KONG.md 1.8), only the result stands in `.kong_env` of the prefix.
 * @returns `undefined` where that file is missing, closed to us, or says nothing of plugins
 */
export function readRunningPlugins(prefix: string): RunningPlugins | undefined {
  const file = join(prefix, '.kong_env');
  const entry = findEntry(parseKongConf(readIfPossible(file)?.toString('latin1') ?? ''), 'plugins');
  return entry && { plugins: loadedNames(splitList(readValue(entry).value)), file };
}
