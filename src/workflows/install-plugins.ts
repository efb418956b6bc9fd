import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { ChangeHooks } from '../install/change-hooks.ts';
import { copyPlugins } from '../install/copy-plugins.ts';
import {
  installPlugins as applyInstall,
  type InstallOutcome,
  type InstallRequest,
  type StagedRequest,
} from '../install/install-plugins.ts';
import type { InstallRoot } from '../install/install-root.ts';
import { readNodeState } from '../install/read-node-state.ts';
import { isKongModule } from '../plugin/kong-modules.ts';
import { compareKongVersions } from '../plugin/kong-version.ts';
import { moduleNameOf } from '../plugin/plugin-tree.ts';
import type { ActivationOptions } from './activation/activation-options.ts';
import { bringAlong, type Companion } from './activation/bring-along.ts';
import { demandEvidence } from './activation/demand-evidence.ts';
import { settleTransaction } from './activation/settle-transaction.ts';
import type { InstallTrust } from './create-verifier.ts';
import { demandLuaRoot } from './demand-lua-root.ts';
import type { FetchOptions } from './fetch-layer.ts';
import { fetchRequests, type SpoolingInstallOptions } from './fetch-requests.ts';
import { reportInstall, type InstallReport } from './install-report.ts';
import type { OpenOptions } from './open-store.ts';
import { reportRestored } from './report-restored.ts';
import { withSpools } from './with-spools.ts';

export type { InstallReport } from './install-report.ts';

export interface InstallOptions extends OpenOptions, InstallTrust, FetchOptions {
  readonly root: InstallRoot;
  /** Replaces a plugin by one of other signers; with a reference `expectedName` says so too. */
  readonly allowSignerChange?: boolean;
  /** The path of what vouches for the one file that is given in place of references. */
  readonly bundle?: string;
  /** Takes over what stands in a plugin's place and kongcrate did not make; a backup is kept. */
  readonly adopt?: boolean;
  /** Changes held plugins too, and ends the hold. */
  readonly unhold?: boolean;
  /** Installs what is in quarantine too, and takes it out of there. */
  readonly retry?: boolean;
  /**
   * `switch` (the default) makes everything live; `stage` puts it into the store only, so that a
   * later install needs no request; `copy` writes plain directories without links, generations or
   * receipts, for images, and so there is nothing to adopt, hold or compare with.
   */
  readonly mode?: 'switch' | 'stage' | 'copy';
  /** Checks and compares everything, changes nothing. */
  readonly dryRun?: boolean;
  /** The Kong that is to load what is installed, if it runs; without it no Kong is looked at. */
  readonly kong?: ActivationOptions;
  /** `false` leaves a running Kong alone. */
  readonly activate?: boolean;
}

/**
 * Verifies every reference, then installs all of them or none. A digest that is installed or staged
 * and whole is judged again from its stored evidence, without asking its store for more than the tag.
 * Where Kong runs, what it would not load is never switched to, and what it does not serve is taken
 * back.
 * @throws KongcrateError as verification, reading and the install root refuse; PLUGIN_REFUSED by
 *   Kong; ACTIVATION_FAILED (rolled back), NODE_NOT_SERVING, NOT_ACTIVATED
 */
export async function installPlugins(
  references: readonly string[],
  options: InstallOptions,
): Promise<InstallReport> {
  if (options.expectedName !== undefined && references.length > 1)
    throw new KongcrateError('USAGE', '--plugin names one plugin, but several references follow', {
      remedy: 'Install them one by one, or leave out --plugin.',
    });
  if (options.bundle !== undefined && references.length > 1)
    throw new KongcrateError('USAGE', '--bundle is about one file, but several arguments follow', {
      remedy: 'Install them one by one.',
    });
  const { root } = options;
  demandLuaRoot(root, true);
  const kong = kongOf(options);
  const onRestored = reportRestored(options);
  if (kong) await settleTransaction({ options: kong, root, signal: options.signal, onRestored });
  return withSpools(root.luaRoot, options, (spooling) =>
    installFetched(references, { ...options, spooling }, kong),
  );
}

/** What is fetched may stand in spools until it is written. */
async function installFetched(
  references: readonly string[],
  options: SpoolingInstallOptions,
  kong: ActivationOptions | undefined,
): Promise<InstallReport> {
  const { root, mode } = options;
  const receipts = mode === 'copy' ? [] : readNodeState(root).plugins;
  const { candidates, requests, names } = await fetchRequests(references, receipts, options);
  const onRestored = reportRestored(options);
  const companion = { ...companionOf(options, kong, names), onRestored };
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

function companionOf(
  { root, activate = true, signal }: InstallOptions,
  kong: ActivationOptions | undefined,
  enable: readonly string[],
): Companion {
  return { root, kong, activate, enable, signal };
}

async function apply(
  requests: readonly (InstallRequest | StagedRequest)[],
  options: InstallOptions,
  hooks: ChangeHooks | undefined,
): Promise<InstallOutcome> {
  const { root, mode, dryRun = false, signal } = options;
  const call = { dryRun, ...(signal ? { signal } : {}) };
  if (mode === 'copy') {
    const fetched = requests.filter((request) => 'plugin' in request);
    return { generation: 0, ...(await copyPlugins(root, fetched, call)) };
  }
  if (requests.length === 0)
    return { generation: readNodeState(root).generation ?? 0, plugins: [] };
  const { adopt = false, unhold = false, retry = false } = options;
  return applyInstall(root, requests, {
    ...call,
    ...{ adopt, unhold, retry },
    stage: mode === 'stage',
    ...(hooks && { hooks }),
    compareVersions: compareKongVersions,
    isKongCode: (path) => isKongModule(moduleNameOf(path)),
  });
}
