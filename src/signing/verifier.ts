import type { CallOptions, ReadableStore } from '../content/content-store.ts';
import type { PinnedReference, VerifiedSubject } from '../content/verified-subject.ts';

/** Decides whether a subject may be used. It never answers with a boolean: refusal is an error. */
export interface Verifier {
  /**
   * @throws KongcrateError NO_SIGNATURE (every place answered a clean none), SIGNATURE_MISMATCH,
   *   IDENTITY_MISMATCH, a content error where everything found is damaged, and what the store
   *   throws where it cannot be read
   */
  verify(
    reference: PinnedReference,
    store: ReadableStore,
    options?: CallOptions,
  ): Promise<VerifiedSubject>;
}
