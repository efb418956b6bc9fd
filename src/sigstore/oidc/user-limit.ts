import { KongcrateError } from '../../errors/kongcrate-error.ts';

const DEFAULT_WAIT_MS = 5 * 60_000;

/** How long somebody may take to log in. */
export interface UserLimit {
  /** Aborted when the time is over, and by the caller. */
  readonly signal: AbortSignal;
  end(): void;
}

/** @param waitMs 5 minutes unless told */
export function startUserLimit(waitMs: number = DEFAULT_WAIT_MS, caller?: AbortSignal): UserLimit {
  const late = new AbortController();
  const timer = setTimeout(() => {
    late.abort(tooLate(waitMs));
  }, waitMs);
  return {
    signal: caller ? AbortSignal.any([late.signal, caller]) : late.signal,
    end: () => {
      clearTimeout(timer);
    },
  };
}

function tooLate(waitMs: number): KongcrateError {
  return new KongcrateError('TIMED_OUT', `nobody logged in within ${waitMs / 1000} s`, {
    remedy: 'Nothing was pushed. Run the command again, or give an identity token.',
    details: { limitMs: waitMs },
  });
}
