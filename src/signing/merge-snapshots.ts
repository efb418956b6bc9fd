import type { ContentSnapshot } from '../content/content-snapshot.ts';
import type { Digest } from '../reference/digest.ts';

/** The evidence of several signatures and their subject as one snapshot. */
export function mergeSnapshots(
  subject: ReadonlyMap<Digest, Uint8Array>,
  snapshots: readonly ContentSnapshot[],
): ContentSnapshot {
  const referrers = snapshots.flatMap((snapshot) => snapshot.referrers);
  return {
    tags: Object.assign({}, ...snapshots.map(({ tags }) => tags)) as ContentSnapshot['tags'],
    referrers: [...new Map(referrers.map((one) => [one.digest, one])).values()],
    blobs: new Map([...subject, ...snapshots.flatMap(({ blobs }) => [...blobs])]),
  };
}
