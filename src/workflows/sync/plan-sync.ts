import { orderOf } from '../../install/order-of.ts';
import type { PluginReceipt } from '../../install/receipt.ts';
import type { NodeRecords } from '../../install/state-file.ts';
import { compareKongVersions } from '../../plugin/kong-version.ts';
import { isListed } from '../activation/expected-plugins.ts';
import type { LockedPlugin } from '../lock/lock.ts';
import type { MatchedPlugin } from '../lock/match-lock.ts';
import type { SyncAction, SyncPlan, SyncStep } from './sync-plan.ts';

/** What stands on a node, as far as a lock is about it. */
export interface SyncState extends Pick<NodeRecords, 'holds' | 'quarantined'> {
  readonly plugins: readonly (PluginReceipt & { readonly isWhole: boolean })[];
  /** Kong's lists of plugins: of its next start, and of the node that runs. Absent without Kong. */
  readonly lists?: {
    readonly configured: readonly string[];
    readonly running?: readonly string[];
  };
  /** Whether a Kong runs that has not loaded what is installed. */
  readonly isStale: boolean;
}

export interface PlanSyncOptions {
  /** Takes out what the lock does not have. */
  readonly prune: boolean;
}

/** Decides what makes a node equal to its lock. Computes only. */
export function planSync(
  matched: readonly MatchedPlugin[],
  state: SyncState,
  { prune }: PlanSyncOptions,
): SyncPlan {
  const locked = new Set(matched.map((match) => match.locked.name));
  const extra = state.plugins.filter(({ name }) => !locked.has(name));
  const steps = [
    ...matched.map((match) => stepOf(match.locked, state)),
    ...extra.map((plugin) => stepOfExtra(plugin, state, prune)),
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
  const present = new Set(steps.filter(isPresent).map(({ name }) => name));
  const gone = steps.filter(({ action }) => action === 'remove').map(({ name }) => name);
  const namesOf = (isEnabled: boolean): readonly string[] =>
    matched
      .filter(({ wanted }) => wanted.isEnabled === isEnabled)
      .map((match) => match.locked.name)
      .filter((name) => present.has(name));
  return {
    steps,
    enable: namesOf(true).filter((name) => isMissing(name, state)),
    disable: [...namesOf(false), ...gone].filter((name) => isOnAnyList(name, state)),
    reload: state.isStale,
  };
}

/** Whether a plugin is installed once a step is done. */
function isPresent({ action, installedDigest }: SyncStep): boolean {
  if (action === 'held' || action === 'quarantined') return installedDigest !== undefined;
  return action !== 'remove';
}

function isMissing(name: string, { lists }: SyncState): boolean {
  return lists !== undefined && !isListed(name, lists.running ?? lists.configured);
}

function isOnAnyList(name: string, { lists }: SyncState): boolean {
  return [lists?.configured, lists?.running].some((list) => list?.includes(name) === true);
}

function stepOf(locked: LockedPlugin, state: SyncState): SyncStep {
  const { name, version, digest } = locked;
  const installed = state.plugins.find((plugin) => plugin.name === name);
  const action = actionOf(locked, state);
  const note =
    action === 'held'
      ? state.holds.get(name)
      : action === 'quarantined'
        ? state.quarantined.get(digest)
        : undefined;
  return {
    ...{ name, action },
    ...(version === undefined ? {} : { version }),
    digest,
    ...installedOf(installed),
    ...(note && { reason: note.reason }),
  };
}

function actionOf(locked: LockedPlugin, state: SyncState): SyncAction {
  const { name, digest, repository } = locked;
  const installed = state.plugins.find((plugin) => plugin.name === name);
  if (installed?.digest === digest) {
    if (installed.repository !== repository || installed.file !== undefined) return 'replace';
    return installed.isWhole ? 'none' : 'repair';
  }
  if (state.holds.has(name)) return 'held';
  if (state.quarantined.has(digest)) return 'quarantined';
  if (!installed) return 'install';
  const order = orderOf({ installed, receipt: locked }, compareKongVersions);
  if (order > 0) return 'upgrade';
  return order < 0 ? 'downgrade' : 'replace';
}

function stepOfExtra(plugin: PluginReceipt, { holds }: SyncState, prune: boolean): SyncStep {
  const { name } = plugin;
  const hold = prune ? holds.get(name) : undefined;
  const action = hold ? 'held' : prune ? 'remove' : 'extra';
  return { name, action, ...installedOf(plugin), ...(hold && { reason: hold.reason }) };
}

function installedOf(plugin: PluginReceipt | undefined): Partial<SyncStep> {
  if (!plugin) return {};
  const { version, digest } = plugin;
  return {
    ...(version === undefined ? {} : { installedVersion: version }),
    installedDigest: digest,
  };
}
