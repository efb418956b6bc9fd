import { CATALOGUE, type ErrorCategory, type ErrorCode } from './catalogue.ts';

export interface ErrorOptions {
  /** What to do next: one or two sentences, with the flag or command to type. */
  readonly remedy: string;
  readonly cause?: unknown;
  /** Facts a program can use, such as the refused entry or both digests. */
  readonly details?: Readonly<Record<string, string | number | readonly string[]>>;
}

/**
 * The one error class of kongcrate. `message` says what happened with the offending value,
 * `remedy` what to do; category, exit status and retryability follow from `code`.
 */
export class KongcrateError extends Error {
  override readonly name: string = 'KongcrateError';
  readonly code: ErrorCode;
  readonly remedy: string;
  readonly details: Readonly<Record<string, string | number | readonly string[]>>;

  constructor(code: ErrorCode, message: string, options: ErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.remedy = options.remedy;
    this.details = options.details ?? {};
  }

  get category(): ErrorCategory {
    return CATALOGUE[this.code].category;
  }

  get exitCode(): number {
    return CATALOGUE[this.code].exitCode;
  }

  get retryable(): boolean {
    return CATALOGUE[this.code].retryable;
  }
}

/** The text of anything that was thrown; library code throws things that are no `Error`. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The errno name (`ENOENT`, `EACCES`, …) of a failed file or network call, if it is one. */
export function errnoOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'string' ? thrown.code : undefined;
}
