import type { ProgressEvent } from '../content/content-store.ts';
import { printable } from '../errors/printable.ts';
import { isSet, type Context } from './context.ts';
import { createProgressBar } from './progress-bar.ts';

/** Notes and progress on stderr, for people. */
export interface Reporter {
  /** One line that explains what is going on; `--quiet` and `--json` leave it out. */
  readonly note: (text: string) => void;
  /** A line that nobody may miss: printed with `--quiet` too. */
  readonly warn: (text: string) => void;
  readonly progress: (event: ProgressEvent) => void;
  readonly finish: () => void;
}

export interface ReporterOptions {
  readonly json?: true;
  readonly quiet?: true;
  readonly progress: boolean;
}

/** How long work may take before progress is shown at all. */
const PROGRESS_AFTER_MS = 1000;

/** Writes to stderr as the flags and the terminal allow. */
export function createReporter(context: Context, options: ReporterOptions): Reporter {
  const silent = options.quiet === true || options.json === true;
  const bar = createProgressBar({
    output: context.stderr,
    afterMs: PROGRESS_AFTER_MS,
    drawn: context.stderr.isTTY === true && !isSet(context, 'CI'),
  });
  const write = (text: string): void => {
    bar.finish();
    context.stderr.write(`${printable(text)}\n`);
  };
  return {
    note: (text) => {
      if (!silent) write(text);
    },
    warn: (text) => {
      write(`warning: ${text}`);
    },
    progress: (event) => {
      if (!silent && options.progress) bar.update(event);
    },
    finish: () => {
      bar.finish();
    },
  };
}
