/** Modules that Kong once had and Kong 3.9.3 has no more, and what to use in their place. */
export const REMOVED_MODULES: ReadonlyMap<string, string> = new Map([
  ['kong.plugins.base_plugin', 'Return a plain table; Kong 3 needs no BasePlugin:extend().'],
  ['kong.singletons', 'Use the global `kong` (kong.db, kong.cache, kong.configuration).'],
  ['kong.plugins.log-serializers.basic', 'Use kong.log.serialize().'],
  ['kong.tools.batch_queue', 'Use kong.tools.queue.'],
  ['kong.tools.responses', 'Use kong.response.exit().'],
]);
