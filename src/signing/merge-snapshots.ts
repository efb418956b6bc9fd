import type { ContentSnapshot } from '../content/content-snapshot.ts';
import type { Digest } from '../reference/digest.ts';

/** The evidence of several signatures and their subject as one snapshot. */
export function mergeSnapshots(
  subject: ReadonlyMap<Digest, Uint8Array>,
  snapshots: readonly ContentSnapshot[],
): ContentSnapshot {
  return {
    tags: Object.assign({}, ...snapshots.map(({ tags }) => tags)) as ContentSnapshot['tags'],
    referrers: snapshots.flatMap(({ referrers }) => referrers),
    blobs: new Map([...subject, ...snapshots.flatMap(({ blobs }) => [...blobs])]),
  };
}
