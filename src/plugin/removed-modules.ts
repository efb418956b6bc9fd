import { isAtLeast, type KongRelease } from './kong-release.ts';

/** Modules that Kong once had and Kong 3.9.3 has no more, and what to use in their place. */
export const REMOVED_MODULES: ReadonlyMap<string, string> = new Map([
  ['kong.plugins.base_plugin', 'Return a plain table; Kong 3 needs no BasePlugin:extend().'],
  ['kong.singletons', 'Use the global `kong` (kong.db, kong.cache, kong.configuration).'],
  ['kong.plugins.log-serializers.basic', 'Use kong.log.serialize().'],
  ['kong.tools.batch_queue', 'Use kong.tools.queue.'],
  ['kong.tools.responses', 'Use kong.response.exit().'],
]);

/** The first release without a module, where that is not Kong 3.0. */
const REMOVED_IN: ReadonlyMap<string, KongRelease> = new Map([
  ['kong.tools.batch_queue', '3.3'],
  ['kong.tools.responses', '2.8'],
]);

/** Whether a release of Kong has lost a module that earlier ones had. */
export function isRemovedIn(release: KongRelease, module: string): boolean {
  return REMOVED_MODULES.has(module) && isAtLeast(release, REMOVED_IN.get(module) ?? '3.0');
}
