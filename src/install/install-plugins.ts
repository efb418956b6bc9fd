import { KongcrateError } from '../errors/kongcrate-error.ts';
import { actAs } from './act-as.ts';
import { changeGeneration } from './change-generation.ts';
import type { ChangeHooks } from './change-hooks.ts';
import { changeNode } from './change-node.ts';
import { recordStaged, settleRecords } from './check-records.ts';
import { checkRequests, type InstallRequest, type StagedRequest } from './check-requests.ts';
import { checkWorkers } from './check-workers.ts';
import { repairLinks } from './generation-links.ts';
import { asInstallFailure, attempt } from './install-failure.ts';
import { checkInstallRoot, type CheckedRoot, type InstallRoot } from './install-root.ts';
import type { Mutex } from './mutex.ts';
import { isLive, outcomeOf, type InstallOutcome } from './install-outcome.ts';
import {
  planInstall,
  type InstallPlan,
  type InstallStep,
  type PlanOptions,
} from './plan-install.ts';
import { receiptFilesOf } from './plugin-receipt.ts';
import { storeEvidence, storePlugin } from './store-plugin.ts';

export type { InstallRequest, StagedRequest } from './check-requests.ts';
export type { InstallOutcome } from './install-outcome.ts';

export interface InstallOptions extends PlanOptions {
  readonly signal?: AbortSignal;
  /** Decides and refuses as always, but changes nothing. */
  readonly dryRun?: boolean;
  readonly hooks?: ChangeHooks;
}

/**
 * Installs plugins under a Lua root, all or none (DESIGN section 5): a new generation beside the
 * live one, then one rename. A digest that is installed already is hashed and repaired instead.
 * With `remove` others go in the same change.
 * @throws KongcrateError USAGE, DIGEST_MISMATCH, PLUGIN_REFUSED, NOT_OURS, HELD, QUARANTINED,
 *   NODE_BUSY, INTERRUPTED, INSTALL_FAILED, and whatever a request's `authorize` throws; the old
 *   state is in place then
 */
export async function installPlugins(
  root: InstallRoot,
  requests: readonly (InstallRequest | StagedRequest)[],
  options: InstallOptions,
): Promise<InstallOutcome> {
  try {
    refuseNothing(requests, options);
    checkRequests(requests);
    const checked = checkInstallRoot(root);
    checkWorkers(checked);
    const plugins = requests.flatMap((request) => ('plugin' in request ? [request.plugin] : []));
    const hashed = new Map(plugins.map((plugin) => [plugin, receiptFilesOf(plugin)]));
    const plan = (): InstallPlan => planInstall(checked, requests, { ...options, hashed });
    if (options.dryRun === true) return outcomeOf(checked, actAs(checked.owner, plan));
    return await changeNode(checked, {
      plan,
      apply: (decided, mutex) => applyPlan(checked, decided, { mutex, options }),
      signal: options.signal,
    });
  } catch (error) {
    throw asInstallFailure(error);
  }
}

function refuseNothing(
  requests: readonly unknown[],
  { remove = [] }: Pick<InstallOptions, 'remove'>,
): void {
  if (requests.length > 0 || remove.length > 0) return;
  throw new KongcrateError('USAGE', 'there is nothing to install', {
    remedy: 'Name at least one reference.',
  });
}

interface Work {
  readonly mutex: Mutex;
  readonly options: InstallOptions;
}

async function applyPlan(
  root: CheckedRoot,
  plan: InstallPlan,
  { mutex, options }: Work,
): Promise<InstallOutcome> {
  const { signal, hooks } = options;
  const outcome = outcomeOf(root, plan);
  for (const step of plan.steps) await applyStep(root, step, signal);
  if (plan.isStaging)
    recordStaged(
      root,
      plan.steps.filter((step) => !isLive(step)),
    );
  else if (outcome.generation === plan.live.generation) repair(root, outcome.generation, plan);
  else {
    const createdAt = root.now().toISOString();
    const { generation } = outcome;
    const action = plan.steps.length === 0 ? 'remove' : 'install';
    const receipt = { generation, createdAt, action, plugins: plan.plugins } as const;
    const { adoption } = plan;
    await changeGeneration(root, { receipt, mutex, signal, adoption, hooks });
    const notCleanedUp = attempt(() => {
      settleRecords(root, plan.steps, options);
    });
    if (notCleanedUp !== undefined) return { ...outcome, notCleanedUp };
  }
  return outcome;
}

function repair(root: CheckedRoot, generation: number, { steps }: InstallPlan): void {
  const repaired = steps.filter(({ state }) => state === 'repaired');
  repairLinks(
    root,
    generation,
    repaired.map(({ receipt }) => receipt),
  );
}

async function applyStep(
  root: CheckedRoot,
  { request, receipt, evidence, state }: InstallStep,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (state === 'unchanged' || 'staged' in request) storeEvidence(root, receipt, evidence);
  else await storePlugin(root, receipt, { files: request.plugin.files, evidence, signal });
}
