import { bindingPolicies, type Configuration } from '../configuration/configuration.ts';
import { demandLuaRoot } from '../demand-lua-root.ts';
import { settleTransaction } from '../activation/settle-transaction.ts';
import type { Lock } from '../lock/lock.ts';
import { matchLock } from '../lock/match-lock.ts';
import { readLock } from '../lock/read-lock.ts';
import { reportRestored } from '../report-restored.ts';
import { applySync, type AppliedSync, type ApplySyncOptions } from './apply-sync.ts';
import { planSync } from './plan-sync.ts';
import { readSyncState } from './read-sync-state.ts';
import { isDifferent, type SyncPlan } from './sync-plan.ts';

export interface SyncOptions extends ApplySyncOptions {
  /** Its policy binds beside those that are given; its lock says what the node is to have. */
  readonly configuration: Configuration;
  /** In place of the lock beside the configuration. */
  readonly lock?: Lock;
  /** Takes out what the lock does not have, and kongcrate installed. */
  readonly prune?: boolean;
  /** Only compares: asks nobody, takes no mutex, writes nothing. */
  readonly check?: boolean;
  /** Is told the plan before anything is done. */
  readonly onPlan?: (plan: SyncPlan) => void;
}

export interface SyncReport extends SyncPlan {
  /** Whether the node was anything but what the lock says. */
  readonly isDifferent: boolean;
  /** What was done; absent with `check`, and where there is nothing to install or take out. */
  readonly applied?: AppliedSync;
}

/**
 * Makes a node equal to the lock of a configuration: installs, upgrades, repairs, enables, disables
 * and, with `prune`, takes out; all of it or nothing, with one switch and one reload. What is held or
 * in quarantine is reported and stays as it is.
 * @throws KongcrateError LOCK_INVALID where the lock does not fit the configuration; as `applySync`;
 *   ACTIVATION_FAILED where Kong does not serve so, and everything is as it was
 */
export async function syncNode(options: SyncOptions): Promise<SyncReport> {
  const { configuration, root, kong, signal, prune = false, check = false, dryRun } = options;
  const matched = matchLock(configuration, options.lock ?? readLock(configuration.file));
  demandLuaRoot(root, true);
  const isReading = check || dryRun === true;
  // What was cut off is undone before anybody looks at what stands there.
  if (kong && !isReading)
    await settleTransaction({
      ...{ options: kong, root, signal },
      onRestored: reportRestored(options),
    });
  const plan = planSync(matched, readSyncState(root, kong?.place), { prune });
  options.onPlan?.(plan);
  const report = { ...plan, isDifferent: isDifferent(plan) };
  if (check || plan.steps.length === 0) return report;
  const policies = bindingPolicies(configuration, options.policies);
  const { file } = configuration;
  const applied = await applySync({ plan, matched, file }, { ...options, policies });
  return { ...report, applied };
}
