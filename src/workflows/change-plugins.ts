import type { ChangeHooks } from '../install/change-hooks.ts';
import { copyPlugins } from '../install/copy-plugins.ts';
import { installPlugins as applyInstall, type InstallOutcome } from '../install/install-plugins.ts';
import { readNodeState } from '../install/read-node-state.ts';
import { isKongModule } from '../plugin/kong-modules.ts';
import { compareKongVersions } from '../plugin/kong-version.ts';
import { moduleNameOf } from '../plugin/plugin-tree.ts';
import type { ActivationOptions } from './activation/activation-options.ts';
import { bringAlong } from './activation/bring-along.ts';
import { demandEvidence } from './activation/demand-evidence.ts';
import { settleTransaction } from './activation/settle-transaction.ts';
import { demandLuaRoot } from './demand-lua-root.ts';
import {
  fetchRequests,
  type InstallingRequest,
  type SpoolingInstallOptions,
  type WishedPlugin,
} from './fetch-requests.ts';
import type { InstallOptions } from './install-plugins.ts';
import { reportInstall, type InstallReport } from './install-report.ts';
import { reportRestored } from './report-restored.ts';
import { withSpools } from './with-spools.ts';

export interface ChangeOptions extends InstallOptions {
  /** Installed plugins that are taken out in the same change. */
  readonly remove?: readonly string[];
  /** What Kong is to load from now on; what is installed unless told. */
  readonly enable?: readonly string[];
  /** What Kong is to load no more. */
  readonly disable?: readonly string[];
}

/**
 * Verifies all of some plugins, then installs them and takes others out: all or nothing, one switch,
 * and one reload of the Kong that runs. Throws as `installPlugins` does.
 */
export async function changePlugins(
  wished: readonly WishedPlugin[],
  options: ChangeOptions,
): Promise<InstallReport> {
  const { root } = options;
  demandLuaRoot(root, true);
  const kong = kongOf(options);
  const onRestored = reportRestored(options);
  if (kong) await settleTransaction({ options: kong, root, signal: options.signal, onRestored });
  return withSpools(root.luaRoot, options, (spooling) =>
    changeFetched(wished, { ...options, spooling }, kong),
  );
}

/** What is fetched may stand in spools until it is written. */
async function changeFetched(
  wished: readonly WishedPlugin[],
  options: ChangeOptions & SpoolingInstallOptions,
  kong: ActivationOptions | undefined,
): Promise<InstallReport> {
  const { root, mode } = options;
  const onRestored = reportRestored(options);
  const receipts = mode === 'copy' ? [] : readNodeState(root).plugins;
  const { candidates, requests, names } = await fetchRequests(wished, receipts, options);
  const { activate = true, signal, enable = names, disable = [] } = options;
  const companion = { root, kong, activate, enable, disable, signal, onRestored };
  const { outcome, activation } = await bringAlong(companion, (spared, hooks) =>
    apply(requests, { ...options, root: spared }, hooks),
  );
  const before = receipts.map(({ name }) => name);
  const report = reportInstall(candidates, outcome, before);
  if (!activation) return report;
  demandEvidence(activation);
  return { ...report, activation };
}

/** The Kong that has a part in it: none where nothing is switched. */
function kongOf({ kong, mode = 'switch', dryRun }: InstallOptions): ActivationOptions | undefined {
  return mode === 'switch' && dryRun !== true ? kong : undefined;
}

async function apply(
  requests: readonly InstallingRequest[],
  options: ChangeOptions,
  hooks: ChangeHooks | undefined,
): Promise<InstallOutcome> {
  const { root, mode, dryRun = false, signal, remove = [] } = options;
  const call = { dryRun, ...(signal ? { signal } : {}) };
  if (mode === 'copy') {
    const fetched = requests.filter((request) => 'plugin' in request);
    return { generation: 0, ...(await copyPlugins(root, fetched, call)) };
  }
  if (requests.length === 0 && remove.length === 0)
    return { generation: readNodeState(root).generation ?? 0, plugins: [] };
  const { adopt = false, unhold = false, retry = false } = options;
  return applyInstall(root, requests, {
    ...call,
    ...{ adopt, unhold, retry, remove },
    stage: mode === 'stage',
    ...(hooks && { hooks }),
    compareVersions: compareKongVersions,
    isKongCode: (path) => isKongModule(moduleNameOf(path)),
  });
}
