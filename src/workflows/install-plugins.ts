import { KongcrateError } from '../errors/kongcrate-error.ts';
import { MemoryStore } from '../content/memory-store.ts';
import type { TrustBasis, VerifiedSubject } from '../content/verified-subject.ts';
import { findDrift } from '../install/find-drift.ts';
import {
  installPlugins as applyInstall,
  type InstalledPlugin,
  type InstallRequest,
} from '../install/install-plugins.ts';
import type { InstallRoot } from '../install/install-root.ts';
import { readEvidence, readNodeState } from '../install/read-node-state.ts';
import type { PluginReceipt } from '../install/receipt.ts';
import { compareKongVersions } from '../plugin/kong-version.ts';
import { PLUGIN_NAME_ANNOTATION } from '../reference/media-types.ts';
import type { Verifier } from '../signing/create-key-verifier.ts';
import { fetchPlugin, type FetchOptions } from './fetch-plugin.ts';
import { openPinned, type PinnedStore } from './open-store.ts';
import { recordedTrust } from './recorded-trust.ts';
import { createVerifier, type TrustOptions } from './verify-artifact.ts';

export interface InstallOptions extends TrustOptions, FetchOptions {
  readonly root: InstallRoot;
  /** The logical repository of an OCI layout (`--as`). */
  readonly as?: string;
  /** Installs what nobody signed, if every place says so; never over a signed plugin. */
  readonly allowUnsigned?: boolean;
  readonly allowDowngrade?: boolean;
  /** Checks and compares everything, changes nothing. */
  readonly dryRun?: boolean;
}

export interface InstallReport {
  readonly generation: number;
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

interface Candidate {
  readonly opened: PinnedStore;
  readonly subject: VerifiedSubject;
  /** The receipt of the very same artifact, when its files are as they were installed. */
  readonly current?: PluginReceipt;
  readonly expectedName?: string;
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
  const receipts = readNodeState(options.root).plugins;
  const candidates: Candidate[] = [];
  for (const reference of references)
    candidates.push(await verifyCandidate(reference, receipts, options));
  const requests: InstallRequest[] = [];
  for (const candidate of candidates)
    if (!candidate.current) requests.push(await fetchRequest(candidate, options));
  return report(candidates, await apply(requests, options));
}

async function verifyCandidate(
  reference: string,
  receipts: readonly PluginReceipt[],
  options: InstallOptions,
): Promise<Candidate> {
  const opened = await openPinned(reference, options);
  const ofRepository = receipts.filter((receipt) => receipt.repository === opened.repository);
  const same = ofRepository.find(({ digest }) => digest === opened.pinned.descriptor.digest);
  const expectedName =
    options.expectedName ?? (ofRepository.length === 1 ? ofRepository[0]?.name : undefined);
  const expected = expectedName === undefined ? {} : { expectedName };
  const noSigner = (options.keys ?? []).length === 0 && options.allowUnsigned !== true;
  const trust = noSigner && same?.trust.kind === 'keys' ? recordedTrust(same, options) : options;
  const verifier = createVerifier({ ...trust, ...expected }, trust.allowUnsigned);
  const again = same && (await verifyAgain(opened, same, { verifier, options }));
  const subject = again ?? (await verifier.verify(opened.pinned, opened.store, options));
  const whole = again && findDrift(options.root, same).length === 0;
  return { opened, subject, ...(whole ? { current: same } : {}), ...expected };
}

/** Judges stored evidence under today's trust; evidence that no longer satisfies decides nothing. */
async function verifyAgain(
  { pinned }: PinnedStore,
  receipt: PluginReceipt,
  { verifier, options }: { verifier: Verifier; options: InstallOptions },
): Promise<VerifiedSubject | undefined> {
  try {
    const evidence = new MemoryStore(readEvidence(options.root, receipt));
    return await verifier.verify(pinned, evidence, options);
  } catch (error) {
    if (error instanceof KongcrateError) return undefined;
    throw error;
  }
}

async function fetchRequest(
  { opened, subject, expectedName }: Candidate,
  options: InstallOptions,
): Promise<InstallRequest> {
  const expected = expectedName === undefined ? {} : { expectedName };
  return {
    subject,
    plugin: await fetchPlugin(subject, opened.store, { ...options, ...expected }),
    allowDowngrade: options.allowDowngrade === true,
  };
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
  candidates: readonly Candidate[],
  outcome: Awaited<ReturnType<typeof applyInstall>>,
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
  return { ...outcome, plugins };
}

function isComparable({ state, version, previousVersion }: InstalledPlugin): boolean {
  if (state !== 'upgraded') return true;
  return compareKongVersions(previousVersion ?? '', version ?? '') !== undefined;
}

function unchanged({ name, version, digest }: PluginReceipt): InstalledPlugin {
  return { name, ...(version === undefined ? {} : { version }), digest, state: 'unchanged' };
}
