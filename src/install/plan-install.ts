import { encodeSnapshot } from '../content/content-snapshot.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { InstallRequest } from './check-requests.ts';
import { checkTargets } from './check-targets.ts';
import { findDrift } from './find-drift.ts';
import { readLive, type LiveState } from './generations.ts';
import type { CheckedRoot } from './install-root.ts';
import { evidencePath } from './node-paths.ts';
import { isSameInstall, makePluginReceipt } from './plugin-receipt.ts';
import type { PluginReceipt } from './receipt.ts';

/** The numeric order of two versions, no finite number when they cannot be compared. */
export type CompareVersions = (one: string, other: string) => number | undefined;

/**
 * `replaced`: other bytes whose version is the same or cannot be compared; `repaired`: the same
 * artifact, whose files had been changed.
 */
export type InstallState =
  'installed' | 'upgraded' | 'downgraded' | 'replaced' | 'unchanged' | 'repaired';

/** What is to be done for one request. */
export interface InstallStep {
  readonly request: InstallRequest;
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
  /** Every plugin of the generation to come. */
  readonly plugins: ReadonlyMap<string, PluginReceipt>;
}

/**
 * Decides what an install would do, and refuses what it must not do. Reads only.
 * @throws KongcrateError NOT_OURS, DOWNGRADE, SIGNATURE_MISMATCH, INSTALL_FAILED
 */
export function planInstall(
  root: CheckedRoot,
  requests: readonly InstallRequest[],
  compareVersions: CompareVersions,
): InstallPlan {
  const live = readLive(root.path);
  const steps = requests.map((request) => planStep(request, { root, live, compareVersions }));
  for (const step of steps) checkUpgrade(step, compareVersions);
  const plugins = new Map(live.plugins);
  for (const { receipt, installed, keepsReceipt } of steps)
    plugins.set(receipt.name, keepsReceipt && installed ? installed : receipt);
  checkTargets(root.path, live.plugins, plugins);
  return { live, steps, plugins };
}

interface StepContext {
  readonly root: CheckedRoot;
  readonly live: LiveState;
  readonly compareVersions: CompareVersions;
}

function planStep(
  request: InstallRequest,
  { root, live, compareVersions }: StepContext,
): InstallStep {
  const evidence = encodeSnapshot(request.subject.evidence);
  const { subject, plugin } = request;
  const receipt = makePluginReceipt(subject, plugin, { evidence, now: root.now() });
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

function stateOfChange(
  step: Pick<InstallStep, 'installed' | 'receipt'>,
  compareVersions: CompareVersions,
): InstallState {
  const order = orderOf(step, compareVersions);
  if (order > 0) return 'upgraded';
  return order < 0 ? 'downgraded' : 'replaced';
}

/** Above zero for a higher version than the installed one; NaN when the two cannot be compared. */
function orderOf(
  { installed, receipt }: Pick<InstallStep, 'installed' | 'receipt'>,
  compareVersions: CompareVersions,
): number {
  if (installed?.version === undefined || receipt.version === undefined) return NaN;
  const order = compareVersions(receipt.version, installed.version) ?? NaN;
  // Versions with hundreds of digits compare to no finite number.
  return Number.isFinite(order) ? order : NaN;
}

function checkUpgrade(step: InstallStep, compareVersions: CompareVersions): void {
  const { installed, receipt, request } = step;
  if (!installed) return;
  if (receipt.trust.kind === 'unsigned' && installed.trust.kind === 'keys')
    throw new KongcrateError(
      'SIGNATURE_MISMATCH',
      `${receipt.name} is installed with a signature, and ${receipt.digest} has none`,
      { remedy: 'Install a signed artifact, or go back with kongcrate rollback.' },
    );
  if (request.allowDowngrade === true || !(orderOf(step, compareVersions) < 0)) return;
  const { version: from = '' } = installed;
  const { name, version: to = '' } = receipt;
  throw new KongcrateError('DOWNGRADE', `${name} ${to} is older than ${from}`, {
    remedy: 'Give --allow-downgrade to install it all the same, or use kongcrate rollback.',
    details: { name, installed: from, offered: to },
  });
}
