import { MemoryStore } from '../../content/memory-store.ts';
import { pinReference } from '../../content/pin-reference.ts';
import type { VerifiedSubject } from '../../content/verified-subject.ts';
import { KongcrateError } from '../../errors/kongcrate-error.ts';
import { isLayoutReference, parseReference } from '../../reference/reference.ts';
import { bindingPolicies, type Configuration } from '../configuration/configuration.ts';
import { createVerifier } from '../create-verifier.ts';
import { keptSignatures } from '../judge-receipt.ts';
import { openForReading } from '../open-for-reading.ts';
import type { OpenedReference } from '../open-store.ts';
import { verifyOpened } from '../verify-opened.ts';
import type { FollowedLock, LockSource } from './lock-source.ts';
import type { Lock } from './lock.ts';
import { lockNameOf, lockTagOf } from './publish-lock.ts';
import { readPublishedLock } from './read-published-lock.ts';
import type { ResolveOptions } from './resolve-plugin.ts';

interface VerifiedLock extends Required<Pick<FollowedLock, 'lock' | 'published'>> {
  readonly subject: VerifiedSubject;
}

/**
 * Follows a lock that was published under a tag. As long as the tag points to what was verified
 * before, one HEAD is all that is sent, and the policy of today judges the signatures that were kept.
 * A configuration without plugins takes those of the lock.
 * @param reference with a tag and without a digest
 * @throws KongcrateError USAGE, REFERENCE_INVALID; from the source LOCK_INVALID, IDENTITY_MISMATCH, and
 *   as the verifier and the store refuse
 */
export function followReference(reference: string, options: ResolveOptions): LockSource {
  const tag = lockTagOf(parseReference(reference), reference);
  let peeking: OpenedReference | undefined;
  let known: VerifiedLock | undefined;
  return async (configuration) => {
    const today = { ...options, policies: bindingPolicies(configuration, options.policies) };
    peeking ??= await openForReading(reference, options);
    const name = lockNameOf(peeking, reference);
    const digest = await peeking.store.peek(tag, options);
    if (known?.published.digest !== digest || !(await isStillTrusted(known, today)))
      known = await readVerified(reference, name, today);
    return followed(configuration, known);
  };
}

/** Opened anew: what a store remembers of a tag may be of before. */
async function readVerified(
  reference: string,
  name: string,
  options: ResolveOptions,
): Promise<VerifiedLock> {
  const opened = await openForReading(reference, options);
  const pinned = await pinReference(opened.store, opened, options);
  const subject = await verifyOpened(createVerifier(options), { ...opened, pinned }, options);
  const read = await readPublishedLock(name, subject, { ...options, store: opened.store });
  return { ...read, subject };
}

/** What does not hold by what was kept may hold by a signature that came since: that is for whoever asks. */
async function isStillTrusted(
  { subject }: VerifiedLock,
  options: ResolveOptions,
): Promise<boolean> {
  const { reference, evidence, trust } = subject;
  const store = new MemoryStore(evidence);
  const signatures = keptSignatures(trust, store);
  try {
    await createVerifier(options).verify(reference, store, { ...options, signatures });
    return true;
  } catch (error) {
    if (error instanceof KongcrateError && error.category === 'trust') return false;
    throw error;
  }
}

function followed(configuration: Configuration, { lock, published }: VerifiedLock): FollowedLock {
  const isOpen = configuration.plugins.length === 0;
  const chosen = isOpen ? { ...configuration, plugins: wantedBy(lock) } : configuration;
  return { configuration: chosen, lock, published };
}

function wantedBy({ plugins }: Lock): Configuration['plugins'] {
  return plugins.map(({ reference, name, repository }) => ({
    ...{ reference, name, isEnabled: true },
    // Of a registry the reference says it.
    ...(isLayoutReference(reference) ? { as: repository } : {}),
  }));
}
