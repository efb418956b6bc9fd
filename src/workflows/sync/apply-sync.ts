import { resolve } from 'node:path';
import { readKongSettings } from '../../kong/read-kong-settings.ts';
import type { ActivationOptions } from '../activation/activation-options.ts';
import { isKongRunning } from '../activation/is-kong-running.ts';
import { nextChange } from '../activation/plan-next-start.ts';
import { changePlugins, type ChangeOptions } from '../change-plugins.ts';
import type { WishedPlugin } from '../fetch-requests.ts';
import { editKongConf, type EditReport } from '../edit-kong-conf.ts';
import type { InstallReport } from '../install-report.ts';
import type { MatchedPlugin } from '../lock/match-lock.ts';
import { placeReference } from '../lock/place-reference.ts';
import { demandLocked } from './demand-locked.ts';
import { demandRemovable } from './demand-removable.ts';
import type { SyncPlan } from './sync-plan.ts';

export interface ApplySyncOptions extends Omit<
  ChangeOptions,
  'as' | 'expectedName' | 'bundle' | 'unhold' | 'retry' | 'mode' | 'remove' | 'enable' | 'disable'
> {
  /** Asks nobody whether anything still uses what is taken off Kong's list. */
  readonly assumeUnused?: boolean;
}

export interface AppliedSync extends InstallReport {
  /** How kong.conf was edited, where no Kong runs to be brought along. */
  readonly edited?: readonly EditReport[];
}

interface Decided {
  readonly plan: SyncPlan;
  readonly matched: readonly MatchedPlugin[];
  /** The configuration, which relative paths are relative to. */
  readonly file: string;
}

/**
 * Does what a plan says: one switch, and one reload, for all of it. Whatever is installed is what the
 * lock says, verified under the policy of today.
 * @throws KongcrateError as `installPlugins` does; LOCK_INVALID for a lock that says something else of
 *   a plugin than what was signed; PLUGIN_IN_USE, IN_USE_UNKNOWN, STILL_ENABLED; nothing was changed
 *   then
 */
export async function applySync(
  { plan, matched, file }: Decided,
  options: ApplySyncOptions,
): Promise<AppliedSync> {
  const { kong, activate = true, dryRun = false } = options;
  const remove = plan.steps.filter(({ action }) => action === 'remove').map(({ name }) => name);
  if (kong) await demandRemovable({ remove, disable: plan.disable }, { ...options, kong });
  const wished = wishesOf(plan, matched, file);
  const isEdited = kong !== undefined && activate && !dryRun && !isKongRunning(kong);
  const edited: EditReport[] = [];
  // No list may name a plugin that is not there, at any moment.
  if (isEdited && plan.disable.length > 0)
    edited.push(await editList(kong, { ...options, enable: [], disable: plan.disable }));
  const lists = { enable: enabledBy(plan, matched), disable: plan.disable };
  const report = await changePlugins(wished, { ...options, remove, ...lists });
  if (isEdited && plan.enable.length > 0)
    edited.push(await editList(kong, { ...options, enable: plan.enable, disable: [] }));
  return { ...report, ...(edited.length > 0 ? { edited } : {}) };
}

function editList(
  { place }: ActivationOptions,
  {
    root,
    ...lists
  }: Pick<ApplySyncOptions, 'root'> & Required<Pick<ChangeOptions, 'enable' | 'disable'>>,
): Promise<EditReport> {
  const { enable, disable } = lists;
  const luaRoot = resolve(root.luaRoot);
  return editKongConf(place, nextChange(readKongSettings(place), { luaRoot, enable, disable }));
}

/** What is held, or in quarantine, stays what it is. */
function wishesOf(
  { steps }: SyncPlan,
  matched: readonly MatchedPlugin[],
  file: string,
): readonly WishedPlugin[] {
  const left = steps.filter(({ action }) => action === 'held' || action === 'quarantined');
  const leftNames = new Set(left.map(({ name }) => name));
  return matched
    .filter(({ locked }) => !leftNames.has(locked.name))
    .map(({ wanted, locked }) => ({
      reference: placeReference(wanted.reference, file, locked.digest),
      as: wanted.as,
      expectedName: locked.name,
      check: demandLocked(locked),
    }));
}

/** Everything that Kong is to load: what it has on its list already is passed over. */
function enabledBy({ steps }: SyncPlan, matched: readonly MatchedPlugin[]): readonly string[] {
  const enabled = matched.filter(({ wanted }) => wanted.isEnabled);
  const names = new Set(enabled.map(({ locked }) => locked.name));
  const absent = steps.filter(
    ({ action, installedDigest }) =>
      installedDigest === undefined && (action === 'held' || action === 'quarantined'),
  );
  for (const { name } of absent) names.delete(name);
  return [...names];
}
