import { OFF } from '../plugin-list.ts';
import type { KongPlace } from '../read-kong-settings.ts';
import type { KongNode } from './kong-node.ts';
import { runningSettingsFile, withoutKongVariables } from './read-settings.ts';

/** How a command of Kong's gets the settings of a node. */
export interface OwnSettings {
  readonly args: readonly string[];
  readonly environment: KongPlace['environment'];
}

/**
 * A running node has all its settings in one file, and no variable of this shell may replace them; any
 * other starts from kong.conf and environment.
 */
export function ownSettings(
  { settingsFrom, prefix, kongConf }: KongNode,
  environment: KongPlace['environment'],
): OwnSettings {
  if (settingsFrom === 'running')
    return {
      args: ['-c', runningSettingsFile(prefix)],
      environment: withoutKongVariables(environment),
    };
  return { args: kongConf === undefined ? [] : ['-c', kongConf], environment };
}

/** A list of plugins as Kong takes it. An empty text would not be kept in `.kong_env`. */
export function asPluginsSetting(plugins: readonly string[]): string {
  return plugins.length === 0 ? OFF : plugins.join(',');
}
