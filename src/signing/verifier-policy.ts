import type { Asked } from './decision/trust-question.ts';
import type { Judgement } from './judgement.ts';
import type { PolicyDecision } from './policy/decide.ts';
import type { TrustDemand } from './signer-demand.ts';

/** Whose signatures are trusted, and what they are held against. */
export interface SignaturePolicy {
  /** All of them have to be met: such as a policy's rule and the flags. */
  readonly demands: readonly TrustDemand[];
  /** The JSON text of a trusted root; the public-good one of this package unless told. */
  readonly trustedRoot?: string;
}

/** How a subject in a store is judged. */
export interface VerifierPolicy extends Asked {
  /** The plugin's name as the caller knows it: from lock, receipt or `--plugin`. */
  readonly expectedName?: string;
  /** The most referrers that are read in search of bundles; 100 unless told. */
  readonly maxBundles?: number;
  /** Reads no more once every demanded signer is seen to have signed: nobody else is named. */
  readonly stopOnceSigned?: boolean;
  /**
   * Takes an in-toto statement of this predicate type in place of a signature. No attestation says
   * that something may be installed: only for commands that do not.
   */
  readonly attestation?: string;
  /** Is told what each policy says of what is allowed, and what was set aside. */
  readonly onDecisions?: (decisions: readonly PolicyDecision[], found: Judgement) => void;
}
