import type { CallOptions, ReadableStore } from '../content/content-store.ts';
import type { Digest } from '../reference/digest.ts';
import type { SignatureProblem, UnreadableSignatures } from './signature-candidate.ts';

/** Where signatures of what are looked for, and who is told what cannot be read. */
export interface SignatureSearch extends CallOptions {
  readonly store: ReadableStore;
  readonly subject: Digest;
  readonly findings: SignatureFindings;
  /** The repository that the store is, where it is not the subject's own; for messages. */
  readonly place?: string | undefined;
  /** The predicate type of the attestations that are looked for, in place of signatures. */
  readonly attestation?: string | undefined;
  /** The most referrers that are read in search of bundles. */
  readonly maxBundles: number;
}

/** Gathers what a search could not read. A failure is noted where it happens and hides nothing else. */
export class SignatureFindings implements UnreadableSignatures {
  readonly problems: SignatureProblem[] = [];
  readonly unread: string[] = [];
  readonly #signal: AbortSignal | undefined;

  constructor({ signal }: CallOptions) {
    this.#signal = signal;
  }

  /** Runs one step; what it throws becomes a problem, unless the caller interrupted it. */
  async attempt<Result>(
    source: string,
    step: () => Promise<Result> | Result,
  ): Promise<Result | undefined> {
    try {
      return await step();
    } catch (error) {
      if (this.#signal?.aborted) throw error;
      this.problems.push({ source, error });
      return undefined;
    }
  }
}

/** What something found is called: with its place, where that is not beside the subject. */
export function sourceIn({ place }: Pick<SignatureSearch, 'place'>, name: string): string {
  return place === undefined ? name : `${name} in ${place}`;
}
