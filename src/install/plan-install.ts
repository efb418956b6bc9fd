import { join } from 'node:path';
import { encodeSnapshot } from '../content/content-snapshot.ts';
import { planAdoption, type Adoption } from './adopt-targets.ts';
import { checkAskedTargets, type TargetOptions } from './check-asked-targets.ts';
import { checkRecords, refuseHeld, type RecordOptions } from './check-records.ts';
import type { InstallRequest, StagedRequest } from './check-requests.ts';
import { checkClaims } from './check-targets.ts';
import { findDrift, findStoreDrift } from './find-drift.ts';
import { readLive, type LiveState } from './generations.ts';
import { damagedState } from './install-failure.ts';
import type { InstallablePlugin } from '../content/installable-plugin.ts';
import type { CheckedRoot } from './install-root.ts';
import { evidencePath } from './node-paths.ts';
import { orderOf, type CompareVersions, type VersionStep } from './order-of.ts';
import { isSameInstall, makePluginReceipt, renewPluginReceipt } from './plugin-receipt.ts';
import type { PluginReceipt, ReceiptFile } from './receipt.ts';
import { readStateFile } from './state-file.ts';

/**
 * `replaced`: other bytes whose version is the same or cannot be compared; `repaired`: the same
 * artifact, whose files had been changed; `staged`: in the store, and not live.
 */
export type InstallState =
  'installed' | 'upgraded' | 'downgraded' | 'replaced' | 'unchanged' | 'repaired' | 'staged';

export interface PlanOptions extends RecordOptions, TargetOptions {
  /** What was hashed of plugins already: a plan is made more than once. */
  readonly hashed?: ReadonlyMap<InstallablePlugin, readonly ReceiptFile[]> | undefined;
  readonly compareVersions: CompareVersions;
  /** Puts the plugins into the store for a later install and switches nothing. */
  readonly stage?: boolean;
  /** Installed plugins that are not to be there any more; what is not there is passed over. */
  readonly remove?: readonly string[];
}

/** What is to be done for one request. */
export interface InstallStep {
  readonly request: InstallRequest | StagedRequest;
  readonly receipt: PluginReceipt;
  readonly evidence: Uint8Array;
  readonly installed: PluginReceipt | undefined;
  readonly state: InstallState;
  /** Whether the live receipt already says all that this request would make it say. */
  readonly keepsReceipt: boolean;
}

export interface InstallPlan {
  readonly live: LiveState;
  readonly steps: readonly InstallStep[];
  readonly removed: readonly PluginReceipt[];
  /** Every plugin of the generation to come. */
  readonly plugins: ReadonlyMap<string, PluginReceipt>;
  /** What stands in the way and is to be taken over. */
  readonly adoption: Adoption | undefined;
  /** Whether the plugins go into the store only. */
  readonly isStaging: boolean;
}

/**
 * Decides what an install would do, and refuses what it must not do. Reads only.
 * @throws KongcrateError NOT_OURS, HELD, QUARANTINED, INSTALL_FAILED, and whatever a request's
 *   `authorize` throws
 */
export function planInstall(
  root: CheckedRoot,
  requests: readonly (InstallRequest | StagedRequest)[],
  options: PlanOptions,
): InstallPlan {
  const { compareVersions, hashed, stage: isStaging = false } = options;
  const live = readLive(root.path);
  const records = readStateFile(root.path);
  const steps = requests.map((request) =>
    planStep(request, { root, live, compareVersions, hashed }),
  );
  for (const step of steps) {
    const { request, receipt: offered, installed } = step;
    const isLower = orderOf(step, compareVersions) < 0;
    if (installed) request.authorize({ installed, offered, isLower });
    if (!isStaging) checkRecords(records, step, options);
  }
  const plugins = new Map(live.plugins);
  for (const { receipt, installed, keepsReceipt } of steps)
    plugins.set(receipt.name, keepsReceipt && installed ? installed : receipt);
  const removed = (options.remove ?? []).flatMap((name) => live.plugins.get(name) ?? []);
  for (const { name } of removed) {
    refuseHeld(records, name);
    plugins.delete(name);
  }
  checkClaims(root.path, live.plugins, plugins);
  const asked = steps.map(({ receipt }) => receipt);
  const taken = checkAskedTargets(
    root.path,
    { asked, plugins },
    isStaging ? { ...options, adopt: true } : options,
  );
  const adopted = isStaging ? [] : taken;
  const adoption =
    adopted.length > 0 ? planAdoption(root, (live.generation ?? 0) + 1, adopted) : undefined;
  return { live, steps, removed, plugins, adoption, isStaging };
}

interface StepContext extends Pick<PlanOptions, 'compareVersions' | 'hashed'> {
  readonly root: CheckedRoot;
  readonly live: LiveState;
}

function planStep(
  request: InstallRequest | StagedRequest,
  { root, live, compareVersions, hashed }: StepContext,
): InstallStep {
  const evidence = encodeSnapshot(request.subject.evidence);
  const files = 'plugin' in request ? hashed?.get(request.plugin) : undefined;
  const receipt = makeReceipt(root, request, { evidence, files });
  const installed = live.plugins.get(receipt.name);
  const base = { request, receipt, evidence, installed };
  if (!installed) return { ...base, state: 'installed', keepsReceipt: false };
  if (installed.digest !== receipt.digest)
    return { ...base, state: stateOfChange(base, compareVersions), keepsReceipt: false };
  const drift = findDrift({ luaRoot: root.path }, installed);
  // Recorded evidence that was damaged can be put back only by the very same evidence.
  const lost = drift.some(({ path }) => path.endsWith(evidencePath(installed.evidence)));
  const keepsReceipt =
    isSameInstall(installed, receipt) && (!lost || installed.evidence === receipt.evidence);
  return { ...base, state: drift.length > 0 ? 'repaired' : 'unchanged', keepsReceipt };
}

function makeReceipt(
  root: CheckedRoot,
  request: InstallRequest | StagedRequest,
  known: { readonly evidence: Uint8Array; readonly files: readonly ReceiptFile[] | undefined },
): PluginReceipt {
  const basis = { ...known, now: root.now() };
  if ('plugin' in request) return makePluginReceipt(request.subject, request.plugin, basis);
  const [drift] = findStoreDrift(root.path, request.staged);
  if (!drift) return renewPluginReceipt(request.subject, request.staged, basis);
  throw damagedState(
    join(root.path, drift.path),
    `of the staged ${request.staged.name} is not what was staged (${drift.problem})`,
    'Run the command again: it asks the registry or layout for it.',
  );
}

function stateOfChange(step: VersionStep, compareVersions: CompareVersions): InstallState {
  const order = orderOf(step, compareVersions);
  if (order > 0) return 'upgraded';
  return order < 0 ? 'downgraded' : 'replaced';
}
