import { KongcrateError } from '../errors/kongcrate-error.ts';
import { MemoryStore } from '../content/memory-store.ts';
import { pinReference } from '../content/pin-reference.ts';
import type { VerifiedSubject } from '../content/verified-subject.ts';
import { findDrift } from '../install/find-drift.ts';
import { readEvidence } from '../install/read-node-state.ts';
import type { PluginReceipt } from '../install/receipt.ts';
import type { Verifier } from '../signing/verifier.ts';
import type { InstallOptions } from './install-plugins.ts';
import { openStore, type OpenedReference } from './open-store.ts';
import { receiptMatches } from './receipt-matches.ts';
import { recordedTrust } from './recorded-trust.ts';
import { createVerifier } from './create-verifier.ts';

/** A verified reference, ready to be fetched unless it is installed and whole already. */
export interface InstallCandidate {
  readonly opened: OpenedReference;
  readonly subject: VerifiedSubject;
  /** The receipt of the very same artifact, when its files are as they were installed. */
  readonly current?: PluginReceipt;
  readonly expectedName?: string;
}

/**
 * Verifies a reference that is to be installed. What is installed already is judged from its
 * stored evidence: by digest its store is not asked at all, by tag for the tag only.
 * @throws KongcrateError as the verifier and the store do
 */
export async function verifyForInstall(
  reference: string,
  receipts: readonly PluginReceipt[],
  options: InstallOptions,
): Promise<InstallCandidate> {
  const opened = await openStore(reference, options);
  const ofRepository = receipts.filter(({ repository }) => repository === opened.repository);
  const tagged =
    opened.digest === undefined ? await pinReference(opened.store, opened, options) : undefined;
  const digest = opened.digest ?? tagged?.descriptor.digest;
  const same = ofRepository.find((receipt) => receipt.digest === digest);
  const expected = expectName(opened.isNamed ? ofRepository : [], options);
  const verifier = chooseVerifier(same, { ...options, ...expected });
  const again = same && (await verifyStored(opened, same, { verifier, options }));
  if (again) {
    const isWhole = findDrift(options.root, same).length === 0;
    return { opened, subject: again, ...(isWhole ? { current: same } : {}), ...expected };
  }
  const pinned = tagged ?? (await pinReference(opened.store, opened, options));
  const subject = await verifier.verify(pinned, opened.store, options);
  return { opened, subject, ...expected };
}

/** What came from a repository before says what must come from it again, unless it held several. */
function expectName(
  ofRepository: readonly PluginReceipt[],
  { expectedName }: InstallOptions,
): { readonly expectedName?: string } {
  const [only, ...others] = ofRepository;
  const name = expectedName ?? (others.length === 0 ? only?.name : undefined);
  return name === undefined ? {} : { expectedName: name };
}

/** Without a signer on the command line, a repeat is judged by the keys of its receipt. */
function chooseVerifier(same: PluginReceipt | undefined, options: InstallOptions): Verifier {
  const namesSigner = (options.keys ?? []).length > 0 || options.allowUnsigned === true;
  const recorded = !namesSigner && same?.trust.kind === 'keys';
  const trust = recorded ? recordedTrust(same, options) : options;
  return createVerifier(trust, trust.allowUnsigned);
}

/** Evidence that is damaged, of something else or no longer enough decides nothing: the store is asked. */
async function verifyStored(
  { repository, tag }: OpenedReference,
  receipt: PluginReceipt,
  { verifier, options }: { verifier: Verifier; options: InstallOptions },
): Promise<VerifiedSubject | undefined> {
  try {
    const evidence = new MemoryStore(readEvidence(options.root, receipt));
    const pinned = await pinReference(evidence, { repository, tag, digest: receipt.digest });
    const subject = await verifier.verify(pinned, evidence, options);
    return receiptMatches(receipt, subject) ? subject : undefined;
  } catch (error) {
    if (error instanceof KongcrateError) return undefined;
    throw error;
  }
}
