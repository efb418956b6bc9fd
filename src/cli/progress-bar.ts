import type { SingleBar } from 'cli-progress';
import type { ProgressEvent } from '../content/content-store.ts';
import { formatBytes } from './format-bytes.ts';

interface ProgressBar {
  update(event: ProgressEvent): void;
  finish(): void;
}

export interface ProgressBarOptions {
  readonly output: NodeJS.WritableStream;
  /** Nothing is shown before this much time has passed. */
  readonly afterMs: number;
  /** A bar that redraws itself; otherwise one plain line when the content is complete. */
  readonly drawn: boolean;
}

/** Shows bytes and rate of content that takes longer than `afterMs` to read. */
export function createProgressBar(options: ProgressBarOptions): ProgressBar {
  let startedAt: number | undefined;
  let bar: SingleBar | undefined;
  let loading = false;
  const draw = async (event: ProgressEvent): Promise<void> => {
    loading = true;
    const created = await openBar(options.output);
    if (startedAt === undefined) return;
    bar = created;
    bar.start(event.totalBytes, event.doneBytes, { rate: '' });
  };
  const finish = (): void => {
    bar?.stop();
    [bar, startedAt, loading] = [undefined, undefined, false];
  };
  return {
    finish,
    update(event) {
      startedAt ??= performance.now();
      const elapsedMs = performance.now() - startedAt;
      const rate = `${formatBytes((event.doneBytes / Math.max(elapsedMs, 1)) * 1000)}/s`;
      bar?.update(event.doneBytes, { rate });
      if (elapsedMs > options.afterMs && options.drawn && !loading) void draw(event);
      if (event.doneBytes < event.totalBytes) return;
      finish();
      if (elapsedMs > options.afterMs && !options.drawn)
        options.output.write(`read ${formatBytes(event.totalBytes)} at ${rate}\n`);
    },
  };
}

/** Loaded only when something takes long: no command pays for it at its start. */
async function openBar(stream: NodeJS.WritableStream): Promise<SingleBar> {
  const { SingleBar, Presets } = await import('cli-progress');
  return new SingleBar(
    {
      stream,
      format: '{bar} {percentage}% {value} of {total}, {rate}',
      formatValue: (value, _options, type) =>
        type === 'value' || type === 'total' ? formatBytes(value) : String(value),
      clearOnComplete: true,
      hideCursor: true,
    },
    Presets.shades_classic,
  );
}
