import { findLegacy } from './find-legacy.ts';
import { findReferrers } from './find-referrers.ts';
import type { StoredSignature } from './signature-candidate.ts';
import type { SignatureSearch } from './signature-findings.ts';

/** The most referrers that are read, unless told otherwise. */
export const MAX_BUNDLES = 100;

/**
 * Looks for signatures of a digest wherever they may be: the referrers, the fallback tag, the
 * `.sig` tag. What is damaged, or cannot be asked, is noted in the findings and hides nothing else
 * (sigstore: one bad signature must not fail the others). Whoever stops early asks for no more:
 * referrers come first, so that one good signature costs six requests of an install at most.
 */
export async function* findSignatures(
  search: SignatureSearch,
): AsyncGenerator<StoredSignature, void> {
  yield* findReferrers(search);
  yield* findLegacy(search);
}
