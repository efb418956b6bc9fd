import { join } from 'node:path';
import type { PluginReceipt } from '../../install/receipt.ts';
import { readIfPossible } from '../../kong/conf-files.ts';
import { BUNDLED } from '../../kong/plugin-list.ts';
import { BUNDLED_PLUGINS } from '../../plugin/kong-modules.ts';

/** Whether a list of plugins has Kong load one; a word of it stands for those that Kong brings along. */
export function isListed(name: string, list: readonly string[]): boolean {
  return list.includes(name) || (list.includes(BUNDLED) && BUNDLED_PLUGINS.has(name));
}

/**
 * What Kong has to say it has loaded: the VERSION of each handler, where it can be told without
 * running it. The version of a receipt may be the rockspec's.
 * @param tree the generation that holds the plugins
 */
export async function expectedPlugins(
  tree: string,
  plugins: ReadonlyMap<string, PluginReceipt>,
  list: readonly string[],
): Promise<ReadonlyMap<string, string | undefined>> {
  // The Lua parser is loaded only where a node is asked.
  const { readHandlerFacts } = await import('../../plugin/handler-facts.ts');
  const expected = new Map<string, string | undefined>();
  for (const [name, { files }] of plugins) {
    if (!isListed(name, list)) continue;
    const paths = ['handler.lua', 'handler/init.lua'].map((file) => `kong/plugins/${name}/${file}`);
    const handler = files.find(({ path }) => paths.includes(path));
    const bytes = handler && readIfPossible(join(tree, handler.path));
    expected.set(name, readHandlerFacts(bytes).version);
  }
  return expected;
}
