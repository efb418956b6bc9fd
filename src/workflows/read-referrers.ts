import type { CallOptions, ReadableStore } from '../content/content-store.ts';
import type { Descriptor } from '../content/descriptor.ts';
import type { Digest } from '../reference/digest.ts';

export interface ReferrerNode {
  readonly descriptor: Descriptor;
  readonly referrers: readonly ReferrerNode[];
}

export interface ReferrerTree {
  readonly referrers: readonly ReferrerNode[];
  /** How many that were found stand nowhere in the tree. */
  readonly omitted: number;
  /** Below how many that are in the tree nothing was looked for. */
  readonly unsearched: number;
}

/** How deep the tree is followed: a signature on an attestation is two. */
const MAX_DEPTH = 4;
const MAX_NODES = 1_000;
/** A layout is searched whole for each, so with a thousand the time would be quadratic. */
const MAX_LOOKUPS = 16;

interface Pending {
  readonly digest: Digest;
  readonly depth: number;
  /** Where its referrers go. */
  readonly into: ReferrerNode[];
}

/**
 * Reads everything that names an artifact as its subject, with what names that in turn: level by
 * level, each subject once, within bounds that are told.
 * @throws KongcrateError as the store does
 */
export async function readReferrers(
  store: ReadableStore,
  subject: Digest,
  options: CallOptions,
): Promise<ReferrerTree> {
  const referrers: ReferrerNode[] = [];
  const pending: Pending[] = [{ digest: subject, depth: 1, into: referrers }];
  const seen = new Set([subject]);
  let nodes = 0;
  let omitted = 0;
  let lookups = 0;
  // The list grows while it is walked, which makes it level by level.
  for (const { digest, depth, into } of pending) {
    if (lookups === MAX_LOOKUPS) break;
    lookups++;
    const found = await store.referrers(digest, undefined, options);
    const shown = found.slice(0, MAX_NODES - nodes);
    nodes += shown.length;
    omitted += found.length - shown.length;
    for (const descriptor of shown) {
      const node = { descriptor, referrers: [] };
      into.push(node);
      if (depth === MAX_DEPTH || seen.has(descriptor.digest)) continue;
      seen.add(descriptor.digest);
      pending.push({ digest: descriptor.digest, depth: depth + 1, into: node.referrers });
    }
  }
  return { referrers, omitted, unsearched: pending.length - lookups };
}
