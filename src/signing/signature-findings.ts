import type { CallOptions, ReadableStore } from '../content/content-store.ts';
import type { Descriptor } from '../content/descriptor.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type {
  FoundSignatures,
  SignatureCandidate,
  SignatureProblem,
} from './signature-candidate.ts';

/** Gathers what a search finds. A failure is noted where it happens and hides nothing else. */
export class SignatureFindings implements FoundSignatures {
  readonly candidates: SignatureCandidate[] = [];
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

/** Resolves a tag that may be missing: `undefined` is the store's clean "none". */
export async function resolveOptional(
  store: ReadableStore,
  tag: string,
  options: CallOptions,
): Promise<Descriptor | undefined> {
  return orNone(() => store.resolve(tag, options));
}

/** Turns NOT_FOUND, and nothing else, into `undefined`. */
export async function orNone<Result>(read: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof KongcrateError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}
