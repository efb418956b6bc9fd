import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { ReadableStore } from '../content/content-store.ts';
import { MirroredStore } from '../content/mirrored-store.ts';
import { pinReference } from '../content/pin-reference.ts';
import type { Spooling } from '../content/spool.ts';
import type { VerifiedSubject } from '../content/verified-subject.ts';
import { findDrift } from '../install/find-drift.ts';
import { readEvidence } from '../install/read-node-state.ts';
import { readStaged } from '../install/read-staged.ts';
import type { PluginReceipt } from '../install/receipt.ts';
import type { Digest } from '../reference/digest.ts';
import { isLayoutReference } from '../reference/reference.ts';
import type { Verifier } from '../signing/verifier.ts';
import type { InstallOptions } from './install-plugins.ts';
import { isFile, openFile } from './open-file.ts';
import { openForReading } from './open-for-reading.ts';
import type { OpenedReference } from './open-store.ts';
import { createVerifier } from './create-verifier.ts';
import { judgeReceipt } from './judge-receipt.ts';
import { ReadAheadStore } from './read-ahead-store.ts';
import { verifyOpened } from './verify-opened.ts';

/** A verified reference, ready to be fetched unless it is installed and whole already. */
export interface InstallCandidate {
  readonly opened: OpenedReference;
  /** Where its content is read. */
  readonly store: ReadableStore;
  readonly subject: VerifiedSubject;
  /** The receipt of the very same artifact, when its files are as they were installed. */
  readonly current?: PluginReceipt;
  /** The receipt of the very same artifact, when it is staged and its files are whole. */
  readonly staged?: PluginReceipt;
  readonly expectedName?: string;
}

export type AheadOptions = InstallOptions & {
  readonly spooling: Spooling;
  /** Aborted when nothing of what was asked for ahead is waited for any more. */
  readonly ended: AbortSignal;
};

/**
 * Verifies a reference that is to be installed. What is installed or staged already is judged from
 * its stored evidence: by digest its store is not asked at all, by tag for the tag only.
 * @throws KongcrateError as the verifier and the store do
 */
export async function verifyForInstall(
  reference: string,
  receipts: readonly PluginReceipt[],
  options: AheadOptions,
): Promise<InstallCandidate> {
  const opened = isFile(reference, options)
    ? await openFile(reference, options)
    : await openForReading(reference, options);
  const ofRepository = receipts.filter(({ repository }) => repository === opened.repository);
  const ahead = readAhead(reference, opened, options);
  const store = ahead ?? opened.store;
  const tagged =
    opened.digest === undefined ? await pinReference(store, opened, options) : undefined;
  const digest = opened.digest ?? tagged?.descriptor.digest;
  const known = findKnown({ ...opened, digest }, ofRepository, options);
  const same = known.installed ?? known.staged;
  const expected = expectName(opened.isNamed ? ofRepository : [], options);
  const verifier = createVerifier(
    { ...options, ...expected, stopOnceSigned: true },
    same && { way: 'repeat', ...same },
  );
  const verify = async (): Promise<VerifiedSubject> => {
    const pinned = tagged ?? (await pinReference(store, opened, options));
    await ahead?.expectLayer(pinned);
    return verifyOpened(verifier, { ...opened, store, pinned }, options);
  };
  // What somebody hands over has to hold, whatever is stored: no store has to be asked for it.
  const given = opened.file === undefined ? undefined : await verify();
  const again = same && (await verifyStored(opened, same, { verifier, options }));
  if (!again) return { opened, store, subject: given ?? (await verify()), ...expected };
  const { staged } = known;
  if (staged) return { opened, store, subject: again, staged, ...expected };
  const isWhole = findDrift(options.root, same).length === 0;
  return { opened, store, subject: again, ...(isWhole ? { current: same } : {}), ...expected };
}

/** Only a registry is far away; mirrors are asked one after the other, and each for all. */
function readAhead(
  reference: string,
  { store, file, digest, signatures }: OpenedReference,
  { signal, ended, spooling, maxLayerBytes }: AheadOptions,
): ReadAheadStore | undefined {
  const isNear = file !== undefined || isLayoutReference(reference);
  if (isNear || signatures || store instanceof MirroredStore) return undefined;
  return new ReadAheadStore(store, digest, {
    signal: signal ? AbortSignal.any([signal, ended]) : ended,
    holds: (bytes) => spooling.holds(bytes),
    maxLayerBytes,
  });
}

/** The receipt of the very same artifact, installed or else staged and whole. */
function findKnown(
  opened: Omit<OpenedReference, 'digest'> & { readonly digest: Digest | undefined },
  ofRepository: readonly PluginReceipt[],
  { root, mode, expectedName }: InstallOptions,
): { readonly installed?: PluginReceipt; readonly staged?: PluginReceipt } {
  const isSame = ({ name, digest, file }: PluginReceipt): boolean =>
    digest === opened.digest &&
    (file === undefined) === (opened.file === undefined) &&
    name === (expectedName ?? name);
  const installed = ofRepository.find(isSame);
  if (installed) return { installed };
  const staged = mode === 'copy' ? undefined : readStaged(root, opened);
  return staged && isSame(staged) ? { staged } : {};
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

/**
 * Evidence that is damaged, of something else or no longer enough decides nothing: the store is
 * asked, where others may have signed. Nothing there makes good what a policy refuses outright.
 */
async function verifyStored(
  { tag }: OpenedReference,
  receipt: PluginReceipt,
  { verifier, options }: { verifier: Verifier; options: InstallOptions },
): Promise<VerifiedSubject | undefined> {
  try {
    const evidence = readEvidence(options.root, receipt);
    // The tag that is asked for, which may promise a version, in place of the recorded one.
    return await judgeReceipt({ ...receipt, tag }, evidence, { ...options, verifier });
  } catch (error) {
    const isFinal = !(error instanceof KongcrateError) || error.code === 'POLICY_REFUSED';
    if (isFinal) throw error;
    return undefined;
  }
}
