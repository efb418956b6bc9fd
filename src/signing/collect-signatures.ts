import type { CallOptions, ReadableStore } from '../content/content-store.ts';
import type { Digest } from '../reference/digest.ts';
import { collectBundles } from './collect-bundles.ts';
import { collectLegacy } from './collect-legacy.ts';
import type { FoundSignatures } from './signature-candidate.ts';

/** The most referrers that are read in search of bundles. */
export const MAX_BUNDLES = 100;

export interface CollectOptions extends CallOptions {
  /** The most referrers that are read in search of bundles; 100 unless told. */
  readonly maxBundles?: number;
}

/**
 * Looks for signatures of a digest wherever they may be: the `.sig` tag, the referrers, the
 * fallback tag. What is damaged, or cannot be asked, is told beside what was found and hides none
 * of it (sigstore: one bad signature must not fail the others).
 */
export async function collectSignatures(
  store: ReadableStore,
  subject: Digest,
  { maxBundles = MAX_BUNDLES, ...options }: CollectOptions = {},
): Promise<FoundSignatures> {
  const found = await Promise.all([
    collectLegacy(store, subject, options),
    collectBundles(store, subject, { ...options, maxBundles }),
  ]);
  return {
    candidates: found.flatMap(({ candidates }) => candidates),
    problems: found.flatMap(({ problems }) => problems),
    unread: found.flatMap(({ unread }) => unread),
  };
}
