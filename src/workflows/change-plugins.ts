import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { ChangeHooks } from '../install/change-hooks.ts';
import { copyPlugins } from '../install/copy-plugins.ts';
import {
  installPlugins as applyInstall,
  type InstallOutcome,
  type InstallRequest,
  type StagedRequest,
} from '../install/install-plugins.ts';
import { readNodeState } from '../install/read-node-state.ts';
import { isKongModule } from '../plugin/kong-modules.ts';
import { compareKongVersions } from '../plugin/kong-version.ts';
import { moduleNameOf } from '../plugin/plugin-tree.ts';
import type { ActivationOptions } from './activation/activation-options.ts';
import { bringAlong } from './activation/bring-along.ts';
import { demandEvidence } from './activation/demand-evidence.ts';
import { settleTransaction } from './activation/settle-transaction.ts';
import { authorizeReplacement } from './authorize-replacement.ts';
import { demandLuaRoot } from './demand-lua-root.ts';
import { fetchPlugin } from './fetch-plugin.ts';
import type { InstallOptions } from './install-plugins.ts';
import { reportInstall, type InstallReport } from './install-report.ts';
import type { OpenedReference } from './open-store.ts';
import { reportRestored } from './report-restored.ts';
import { verifyForInstall, type InstallCandidate } from './verify-for-install.ts';

/** One plugin to install, and what is said of it alone. */
export interface WishedPlugin extends Pick<InstallOptions, 'as' | 'expectedName'> {
  readonly reference: string;
  /** Looks at what is about to be installed, verified; what it throws ends the change. */
  readonly check?: (candidate: InstallCandidate, request: InstallingRequest | undefined) => void;
}

export type InstallingRequest = InstallRequest | StagedRequest;

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
  const { root, mode } = options;
  demandLuaRoot(root, true);
  const kong = kongOf(options);
  const onRestored = reportRestored(options);
  if (kong) await settleTransaction({ options: kong, root, signal: options.signal, onRestored });
  const receipts = mode === 'copy' ? [] : readNodeState(root).plugins;
  const candidates: InstallCandidate[] = [];
  for (const { reference, ...own } of wished)
    candidates.push(await verifyForInstall(reference, receipts, { ...options, ...own }));
  const requests: InstallingRequest[] = [];
  const names: string[] = [];
  for (const [index, candidate] of candidates.entries()) {
    const request = await requestFor(candidate, options);
    wished[index]?.check?.(candidate, request);
    if (request) requests.push(request);
    names.push(request ? nameOf(request) : (candidate.current?.name ?? ''));
  }
  refuseRepeated(
    names,
    wished.map(({ reference }) => reference),
  );
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

/** Which of two would be installed must not depend on their order, nor on what is installed. */
function refuseRepeated(names: readonly string[], references: readonly string[]): void {
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated === undefined) return;
  const both = references.filter((_reference, index) => names[index] === repeated);
  throw new KongcrateError('USAGE', `${both.join(' and ')} are both the plugin ${repeated}`, {
    remedy: 'Name one reference a plugin.',
    details: { name: repeated, references: both },
  });
}

/** Nothing is to be done for what is there already. */
async function requestFor(
  candidate: InstallCandidate,
  options: InstallOptions,
): Promise<InstallingRequest | undefined> {
  const { opened, subject, current, staged, expectedName } = candidate;
  if (current) return undefined;
  const expected = expectedName === undefined ? {} : { expectedName };
  const content = staged
    ? { staged }
    : { plugin: await fetchPlugin(subject, opened.store, { ...options, ...expected }) };
  const consents = { ...options, takesOtherSigners: takesOtherSigners(opened, options) };
  return { subject, ...content, authorize: authorizeReplacement('install', consents) };
}

/** To name the plugin is consent, but not where it has to be named: with a file. */
function takesOtherSigners(
  { file }: OpenedReference,
  { expectedName, allowSignerChange }: InstallOptions,
): boolean {
  return allowSignerChange === true || (file === undefined && expectedName !== undefined);
}

function nameOf(request: InstallingRequest): string {
  return 'plugin' in request ? request.plugin.name : request.staged.name;
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
