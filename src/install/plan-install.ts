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

/** The numeric order of two versions, `undefined` when they cannot be compared. */
export type CompareVersions = (one: string, other: string) => number | undefined;

export type InstallState = 'installed' | 'upgraded' | 'unchanged' | 'repaired';

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
  const steps = requests.map((request) => planStep(root, live, request));
  for (const step of steps) checkUpgrade(step, compareVersions);
  const plugins = new Map(live.plugins);
  for (const { receipt, installed, keepsReceipt } of steps)
    plugins.set(receipt.name, keepsReceipt && installed ? installed : receipt);
  checkTargets(
    root.path,
    plugins.values(),
    steps.map(({ receipt }) => receipt),
  );
  return { live, steps, plugins };
}

function planStep(root: CheckedRoot, live: LiveState, request: InstallRequest): InstallStep {
  const evidence = encodeSnapshot(request.subject.evidence);
  const { subject, plugin } = request;
  const receipt = makePluginReceipt(subject, plugin, { evidence, now: root.now() });
  const installed = live.plugins.get(receipt.name);
  const base = { request, receipt, evidence, installed };
  if (!installed) return { ...base, state: 'installed', keepsReceipt: false };
  if (installed.digest !== receipt.digest)
    return { ...base, state: 'upgraded', keepsReceipt: false };
  const drift = findDrift({ luaRoot: root.path }, installed);
  // Recorded evidence that was damaged can be put back only by the very same evidence.
  const lost = drift.some(({ path }) => path.endsWith(evidencePath(installed.evidence)));
  const keepsReceipt =
    isSameInstall(installed, receipt) && (!lost || installed.evidence === receipt.evidence);
  return { ...base, state: drift.length > 0 ? 'repaired' : 'unchanged', keepsReceipt };
}

function checkUpgrade(step: InstallStep, compareVersions: CompareVersions): void {
  const { installed, receipt, request } = step;
  if (!installed) return;
  if (receipt.trust.kind === 'unsigned' && installed.trust.kind === 'keys')
    throw new KongcrateError(
      'SIGNATURE_MISMATCH',
      `${receipt.name} is installed with a signature, and ${receipt.digest} has none`,
      { remedy: 'Install a signed artifact, or remove the plugin first.' },
    );
  const { version: from } = installed;
  const { version: to } = receipt;
  if (request.allowDowngrade === true || from === undefined || to === undefined) return;
  const order = compareVersions(to, from);
  if (order !== undefined && order < 0)
    throw new KongcrateError('DOWNGRADE', `${receipt.name} ${to} is older than ${from}`, {
      remedy: 'Give --allow-downgrade to install it all the same, or use kongcrate rollback.',
      details: { name: receipt.name, installed: from, offered: to },
    });
}
