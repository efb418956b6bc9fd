import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { TrustBasis } from '../content/verified-subject.ts';
import {
  installPlugins as applyInstall,
  type InstalledPlugin,
  type InstallRequest,
} from '../install/install-plugins.ts';
import type { InstallRoot } from '../install/install-root.ts';
import { readNodeState } from '../install/read-node-state.ts';
import type { PluginReceipt } from '../install/receipt.ts';
import { compareKongVersions } from '../plugin/kong-version.ts';
import { PLUGIN_NAME_ANNOTATION } from '../reference/media-types.ts';
import { checkSigners } from './check-signers.ts';
import { demandLuaRoot } from './demand-lua-root.ts';
import type { FetchOptions } from './fetch-layer.ts';
import type { OpenOptions } from './open-store.ts';
import { fetchPlugin } from './fetch-plugin.ts';
import type { TrustOptions } from './create-verifier.ts';
import { verifyForInstall, type InstallCandidate } from './verify-for-install.ts';

export interface InstallOptions extends OpenOptions, TrustOptions, FetchOptions {
  readonly root: InstallRoot;
  /** Installs what nobody signed, if every place says so; never over a signed plugin. */
  readonly allowUnsigned?: boolean;
  readonly allowDowngrade?: boolean;
  /** Checks and compares everything, changes nothing. */
  readonly dryRun?: boolean;
}

export interface InstallReport {
  readonly generation: number;
  /** Every plugin that is installed now, sorted: what `plugins =` in kong.conf has to name. */
  readonly installed: readonly string[];
  readonly previousGeneration?: number;
  /** The switch is done, but something behind it failed, such as removing old versions. */
  readonly notCleanedUp?: string;
  readonly plugins: readonly (InstalledPlugin & {
    readonly reference: string;
    readonly trust: TrustBasis;
    /** Whether the signed manifest names the plugin; if not, the name came from the archive. */
    readonly nameIsSigned: boolean;
    /** Whether the installed and the new version could be compared for a downgrade. */
    readonly comparable: boolean;
  })[];
}

/**
 * Verifies every reference, then installs all of them or none. A digest that is installed and
 * whole is judged again from its stored evidence, without asking its store for more than the tag.
 * @throws KongcrateError as verification, reading and the install root refuse
 */
export async function installPlugins(
  references: readonly string[],
  options: InstallOptions,
): Promise<InstallReport> {
  if (options.expectedName !== undefined && references.length > 1)
    throw new KongcrateError('USAGE', '--plugin names one plugin, but several references follow', {
      remedy: 'Install them one by one, or leave out --plugin.',
    });
  demandLuaRoot(options.root, true);
  const receipts = readNodeState(options.root).plugins;
  const candidates: InstallCandidate[] = [];
  for (const reference of references)
    candidates.push(await verifyForInstall(reference, receipts, options));
  const requests: InstallRequest[] = [];
  const names: string[] = [];
  for (const candidate of candidates) {
    const request = candidate.current
      ? undefined
      : await fetchRequest(candidate, receipts, options);
    if (request) requests.push(request);
    names.push(request?.plugin.name ?? candidate.current?.name ?? '');
  }
  refuseRepeated(names, references);
  const outcome = await apply(requests, options);
  const before = receipts.map(({ name }) => name);
  return report(candidates, outcome, before);
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

async function fetchRequest(
  { opened, subject, expectedName }: InstallCandidate,
  receipts: readonly PluginReceipt[],
  options: InstallOptions,
): Promise<InstallRequest> {
  const expected = expectedName === undefined ? {} : { expectedName };
  const plugin = await fetchPlugin(subject, opened.store, { ...options, ...expected });
  if (options.expectedName === undefined) checkSigners(plugin.name, subject, receipts);
  return { subject, plugin, allowDowngrade: options.allowDowngrade === true };
}

async function apply(
  requests: readonly InstallRequest[],
  options: InstallOptions,
): ReturnType<typeof applyInstall> {
  if (requests.length > 0)
    return applyInstall(options.root, requests, {
      compareVersions: compareKongVersions,
      dryRun: options.dryRun === true,
      ...(options.signal ? { signal: options.signal } : {}),
    });
  const { generation } = readNodeState(options.root);
  return { generation: generation ?? 0, plugins: [] };
}

function report(
  candidates: readonly InstallCandidate[],
  outcome: Awaited<ReturnType<typeof applyInstall>>,
  before: readonly string[],
): InstallReport {
  const applied = [...outcome.plugins];
  const plugins = candidates.map(({ opened, subject, current }) => {
    const plugin = current ? unchanged(current) : applied.shift();
    if (!plugin) throw new Error('the installer returned fewer plugins than it was given');
    return {
      ...plugin,
      reference: opened.format({ digest: subject.reference.descriptor.digest }),
      trust: subject.trust,
      nameIsSigned: PLUGIN_NAME_ANNOTATION in subject.manifest.annotations,
      comparable: isComparable(plugin),
    };
  });
  const installed = [...new Set([...before, ...plugins.map(({ name }) => name)])].sort();
  return { ...outcome, installed, plugins };
}

function isComparable({ state, version, previousVersion }: InstalledPlugin): boolean {
  if (state !== 'replaced') return true;
  return compareKongVersions(previousVersion ?? '', version ?? '') !== undefined;
}

function unchanged({ name, version, digest }: PluginReceipt): InstalledPlugin {
  return { name, ...(version === undefined ? {} : { version }), digest, state: 'unchanged' };
}
