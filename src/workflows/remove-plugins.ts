import type { CallOptions } from '../content/content-store.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { InstallRoot } from '../install/install-root.ts';
import { removePlugins as applyRemove, type RemoveOutcome } from '../install/remove-plugins.ts';
import { readKongSettings, type KongPlace, type KongSettings } from '../kong/read-kong-settings.ts';
import { demandLuaRoot } from './demand-lua-root.ts';

export interface RemoveOptions extends CallOptions {
  readonly root: InstallRoot;
  /** Where the node's Kong says which plugins it loads. */
  readonly kong: KongPlace;
  /** Checks everything, changes nothing. */
  readonly dryRun?: boolean;
}

export type RemoveReport = RemoveOutcome;

/**
 * Takes plugins out, all or none. Refused as long as Kong would look for one of them: it does not
 * start with a plugin in its list that is not there. Whether an entity of Kong's configuration
 * still uses a plugin is not looked at.
 * @throws KongcrateError STILL_ENABLED, NOT_FOUND, HELD, USAGE, SOURCE_UNREADABLE (kong.conf),
 *   NOT_OURS, NODE_BUSY, INTERRUPTED, INSTALL_FAILED; nothing was changed then
 */
export async function removePlugins(
  names: readonly string[],
  { root, kong, signal, dryRun = false }: RemoveOptions,
): Promise<RemoveReport> {
  demandLuaRoot(root);
  return applyRemove(root, names, {
    dryRun,
    ...(signal === undefined ? {} : { signal }),
    authorize: (plugins) => {
      const settings = readKongSettings(kong);
      for (const { name } of plugins) refuseEnabled(name, settings, kong.prefix);
    },
  });
}

function refuseEnabled(
  name: string,
  { plugins, pluginsFrom, file = '', running }: KongSettings,
  prefix: string,
): void {
  if (plugins.includes(name))
    throw pluginsFrom === 'environment'
      ? enabled(name, 'KONG_PLUGINS', `Take it out of KONG_PLUGINS, reload Kong, then remove it.`)
      : enabled(name, file, `Run kongcrate disable ${name}, reload Kong, then remove it.`);
  if (running?.plugins.includes(name))
    throw enabled(
      name,
      running.file,
      `Run KONG_PLUGINS=${plugins.join()} kong reload -p ${prefix} first. If Kong no longer runs there, remove that file.`,
    );
}

/** @param where what lists the plugin */
function enabled(name: string, where: string, remedy: string): KongcrateError {
  return new KongcrateError(
    'STILL_ENABLED',
    `${where} lists ${name}, and Kong does not start without a plugin that it lists`,
    { remedy, details: { name, listedIn: where } },
  );
}
