import type { LockSource, PublishedLock } from '../lock/lock-source.ts';
import { acceptLock } from './accept-lock.ts';
import { syncNode, type SyncOptions, type SyncReport } from './sync-node.ts';

export interface FollowedSync {
  readonly report: SyncReport;
  /** The lock, where it came as an artifact. */
  readonly lock?: PublishedLock;
}

/**
 * Makes a node equal to what it follows. A lock that came as an artifact is never followed back to an
 * older one.
 * @throws KongcrateError LOCK_REPLAYED, and as the source and `syncNode` do
 */
export async function syncFollowed(
  source: LockSource,
  options: Omit<SyncOptions, 'lock'>,
): Promise<FollowedSync> {
  const { configuration, lock, published } = await source(options.configuration);
  if (published) await acceptLock(published, options);
  const report = await syncNode({ ...options, configuration, ...(lock && { lock }) });
  return { report, ...(published && { lock: published }) };
}
