import type { CallOptions, ReadableStore } from '../content/content-store.ts';
import type { Digest } from '../reference/digest.ts';
import type { SignatureProblem, UnreadableSignatures } from './signature-candidate.ts';

/** Where signatures of what are looked for, and who is told what cannot be read. */
export interface SignatureSearch extends CallOptions {
  readonly store: ReadableStore;
  readonly subject: Digest;
  readonly findings: SignatureFindings;
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
