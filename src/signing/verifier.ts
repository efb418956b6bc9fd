import type { CallOptions, ReadableStore } from '../content/content-store.ts';
import type { PinnedReference, VerifiedSubject } from '../content/verified-subject.ts';

/** Where the signatures of a subject are, if not beside it. */
export interface SignaturePlace {
  /** The repository's name, such as `registry.example/acme/signatures`. */
  readonly repository: string;
  readonly store: ReadableStore;
}

export interface VerifyCall extends CallOptions {
  /** Here alone signatures are looked for; the subject's own store says only what is unsigned. */
  readonly signatures?: SignaturePlace | undefined;
}

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
    options?: VerifyCall,
  ): Promise<VerifiedSubject>;
}
