import { disablePlugins as disableInConf } from '../kong/edit-plugins.ts';
import { BUNDLED_PLUGINS } from '../plugin/kong-modules.ts';
import { editKongConf, type EditOptions, type EditReport } from './edit-kong-conf.ts';

/**
 * Takes plugins out of the list of a node's kong.conf. Whether an entity of Kong's configuration
 * still uses one is not looked at: Kong drops every request then (KONG.md 1.8).
 * @throws KongcrateError USAGE for a plugin that `bundled` loads; and as {@link editKongConf}
 */
export function disablePlugins(
  names: readonly string[],
  options: EditOptions,
): Promise<EditReport> {
  return editKongConf(options, {
    edit: (text) => disableInConf(text, names, BUNDLED_PLUGINS),
  });
}
