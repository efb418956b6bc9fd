import type { CallOptions } from '../content/content-store.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { ChangeOutcome } from '../install/change-node.ts';
import type { InstallRoot } from '../install/install-root.ts';
import { readKongSettings } from '../kong/read-kong-settings.ts';
import { activateLive } from './activation/activate-live.ts';
import type { ActivationOptions, ActivationReport } from './activation/activation-options.ts';
import { demandEvidence } from './activation/demand-evidence.ts';
import { isKongRunning } from './activation/is-kong-running.ts';
import { settleTransaction } from './activation/settle-transaction.ts';
import { demandLuaRoot } from './demand-lua-root.ts';

export interface ActivateOptions extends CallOptions {
  readonly root: InstallRoot;
  readonly kong: ActivationOptions;
  /** Only has Kong look at what is installed. */
  readonly dryRun?: boolean;
}

/**
 * Has a running Kong load what is installed, and makes sure that it serves it. Plugins that kong.conf
 * or `KONG_PLUGINS` lists and the node does not yet are loaded too; none is taken off its list.
 * @throws KongcrateError PLUGIN_REFUSED: nothing was reloaded; ACTIVATION_FAILED: what the workers had
 *   loaded is live again; NODE_NOT_SERVING, NOT_ACTIVATED; NOT_FOUND where no Kong runs or nothing is
 *   installed; NODE_BUSY, INTERRUPTED, INSTALL_FAILED
 */
export async function activateNode({
  root,
  kong,
  dryRun = false,
  signal,
}: ActivateOptions): Promise<ActivationReport & ChangeOutcome> {
  demandLuaRoot(root);
  if (!dryRun) await settleTransaction({ options: kong, root, signal });
  if (!isKongRunning(kong))
    throw new KongcrateError('NOT_FOUND', `no Kong runs under ${kong.place.prefix}`, {
      remedy: 'Start it: it loads what is installed. Or give the --prefix it runs under.',
    });
  const report = await activateLive({
    ...{ root, signal, dryRun },
    options: kong,
    enable: readKongSettings(kong.place).plugins,
    editsConf: false,
    always: true,
  });
  demandEvidence(report);
  return report;
}
