import { mapInParallel } from '../content/in-parallel.ts';
import type { Spooling } from '../content/spool.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { InstallRequest, StagedRequest } from '../install/install-plugins.ts';
import type { PluginReceipt } from '../install/receipt.ts';
import { authorizeReplacement } from './authorize-replacement.ts';
import { fetchPlugin } from './fetch-plugin.ts';
import type { InstallOptions } from './install-plugins.ts';
import type { OpenedReference } from './open-store.ts';
import {
  verifyForInstall,
  type AheadOptions,
  type InstallCandidate,
} from './verify-for-install.ts';

/** How many references are verified, and then fetched, at once. */
const MAX_AT_ONCE = 8;

export type InstallingRequest = InstallRequest | StagedRequest;

/** One plugin to install, and what is said of it alone. */
export interface WishedPlugin extends Pick<InstallOptions, 'as' | 'expectedName'> {
  readonly reference: string;
  /** Looks at what is about to be installed, verified; what it throws ends the change. */
  readonly check?: (candidate: InstallCandidate, request: InstallingRequest | undefined) => void;
}

/** What is fetched may stand in spools as long as they are lent. */
export type SpoolingInstallOptions = InstallOptions & { readonly spooling: Spooling };

export interface FetchedRequests {
  readonly candidates: readonly InstallCandidate[];
  /** What is to be installed: nothing of what is there already. */
  readonly requests: readonly InstallingRequest[];
  /** The plugin of each reference. */
  readonly names: readonly string[];
}

/**
 * Verifies every plugin, then fetches all that is not there yet.
 * @throws KongcrateError USAGE where two are the same plugin; as verification and reading refuse
 */
export async function fetchRequests(
  wished: readonly WishedPlugin[],
  receipts: readonly PluginReceipt[],
  options: SpoolingInstallOptions,
): Promise<FetchedRequests> {
  const ending = new AbortController();
  try {
    return await fetchAll(wished, receipts, { ...options, ended: ending.signal });
  } finally {
    ending.abort();
  }
}

async function fetchAll(
  wished: readonly WishedPlugin[],
  receipts: readonly PluginReceipt[],
  options: AheadOptions,
): Promise<FetchedRequests> {
  const candidates = await mapInParallel(wished, MAX_AT_ONCE, ({ reference, ...own }) =>
    verifyForInstall(reference, receipts, { ...options, ...own }),
  );
  const found = await mapInParallel(candidates, MAX_AT_ONCE, (candidate) =>
    requestFor(candidate, options),
  );
  const names = found.map((request, index) =>
    request ? nameOf(request) : (candidates[index]?.current?.name ?? ''),
  );
  for (const [index, candidate] of candidates.entries())
    wished[index]?.check?.(candidate, found[index]);
  refuseRepeated(
    names,
    wished.map(({ reference }) => reference),
  );
  return { candidates, requests: found.filter((request) => request !== undefined), names };
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
  options: SpoolingInstallOptions,
): Promise<InstallingRequest | undefined> {
  const { opened, store, subject, current, staged, expectedName } = candidate;
  if (current) return undefined;
  const expected = expectedName === undefined ? {} : { expectedName };
  const content = staged
    ? { staged }
    : { plugin: await fetchPlugin(subject, store, { ...options, ...expected }) };
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
