import { changeNode, type ChangeOutcome } from './change-node.ts';
import { checkRequests, type InstallRequest } from './check-requests.ts';
import { repairLinks } from './generation-links.ts';
import { asInstallFailure } from './install-failure.ts';
import { checkInstallRoot, type CheckedRoot, type InstallRoot } from './install-root.ts';
import type { Mutex } from './mutex.ts';
import {
  planInstall,
  type CompareVersions,
  type InstallPlan,
  type InstallState,
  type InstallStep,
} from './plan-install.ts';
import { storeEvidence, storePlugin } from './store-plugin.ts';
import { switchGeneration } from './switch-generation.ts';
import type { Digest } from '../reference/digest.ts';

export type { InstallRequest } from './check-requests.ts';

export interface InstallOptions {
  readonly signal?: AbortSignal;
  /** Decides and refuses as always, but changes nothing. */
  readonly dryRun?: boolean;
  readonly compareVersions: CompareVersions;
}

export interface InstalledPlugin {
  readonly name: string;
  readonly version?: string;
  readonly digest: Digest;
  readonly state: InstallState;
  readonly previousVersion?: string;
}

export interface InstallOutcome extends ChangeOutcome {
  /** The live generation; with `dryRun`, the one there would be. */
  readonly generation: number;
  /** Absent when no new generation was needed, or there was none before. */
  readonly previousGeneration?: number;
  readonly plugins: readonly InstalledPlugin[];
}

/**
 * Installs plugins under a Lua root, all or none (DESIGN section 5): a new generation beside the
 * live one, then one rename. A digest that is installed already is hashed and repaired instead.
 * @throws KongcrateError USAGE, DIGEST_MISMATCH, PLUGIN_REFUSED, NOT_OURS, DOWNGRADE,
 *   SIGNATURE_MISMATCH, NODE_BUSY, INTERRUPTED, INSTALL_FAILED; the old state is in place then
 */
export async function installPlugins(
  root: InstallRoot,
  requests: readonly InstallRequest[],
  options: InstallOptions,
): Promise<InstallOutcome> {
  const { signal, compareVersions } = options;
  try {
    checkRequests(requests);
    const checked = checkInstallRoot(root);
    const plan = (): InstallPlan => planInstall(checked, requests, compareVersions);
    if (options.dryRun === true) return outcomeOf(plan());
    return await changeNode(checked, {
      plan,
      apply: (decided, mutex) => applyPlan(checked, decided, { mutex, signal }),
      signal,
    });
  } catch (error) {
    throw asInstallFailure(error);
  }
}

interface Work {
  readonly mutex: Mutex;
  readonly signal: AbortSignal | undefined;
}

async function applyPlan(
  root: CheckedRoot,
  plan: InstallPlan,
  { mutex, signal }: Work,
): Promise<InstallOutcome> {
  for (const step of plan.steps) await applyStep(root, step, signal);
  const outcome = outcomeOf(plan);
  if (outcome.generation === plan.live.generation) {
    const repaired = plan.steps.filter(({ state }) => state === 'repaired');
    repairLinks(
      root,
      outcome.generation,
      repaired.map(({ receipt }) => receipt),
    );
    return outcome;
  }
  const createdAt = root.now().toISOString();
  const { generation } = outcome;
  const receipt = { generation, createdAt, action: 'install', plugins: plan.plugins } as const;
  await switchGeneration(root, { receipt, mutex, signal });
  return outcome;
}

async function applyStep(
  root: CheckedRoot,
  { request, receipt, evidence, state }: InstallStep,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (state === 'unchanged') storeEvidence(root, receipt, evidence);
  else await storePlugin(root, receipt, { files: request.plugin.files, evidence, signal });
}

function outcomeOf({ live, steps }: InstallPlan): InstallOutcome {
  const plugins = steps.map(describeStep);
  const { generation = 0 } = live;
  if (steps.every(({ keepsReceipt }) => keepsReceipt)) return { generation, plugins };
  return {
    generation: generation + 1,
    ...(generation === 0 ? {} : { previousGeneration: generation }),
    plugins,
  };
}

function describeStep({ receipt, state, installed }: InstallStep): InstalledPlugin {
  const { name, version, digest } = receipt;
  const isSame = state === 'unchanged' || state === 'repaired';
  const previousVersion = isSame ? undefined : installed?.version;
  return {
    name,
    ...(version === undefined ? {} : { version }),
    digest,
    state,
    ...(previousVersion === undefined ? {} : { previousVersion }),
  };
}
