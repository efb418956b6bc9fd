import type { Command } from 'commander';
import type { CallOptions } from '../content/content-store.ts';
import { printable, printableJson } from '../errors/printable.ts';
import type { Context } from './context.ts';
import { addNodeConfiguration, fillFromConfiguration } from './fill-from-configuration.ts';
import { createReporter, type Reporter } from './reporter.ts';

/** What a command has to say; it is printed only when the command succeeded. */
export interface CommandResult {
  /** Lines for people, without the last line feed; on stdout. */
  readonly text: string;
  /** The same for programs: stable keys, one object. */
  readonly json: object;
  /** A file for stdout in place of the text (`-o -`). */
  readonly bytes?: Uint8Array;
  /** For commands that report a state: 3 when something differs. */
  readonly exitCode?: number;
}

export interface OutputOptions {
  readonly json?: true;
  readonly quiet?: true;
  readonly verbose?: true;
  readonly progress: boolean;
}

/** What a command's action gets besides its arguments and options. */
export interface Call extends Reporter {
  readonly context: Context;
  /** Signal and progress, to hand on to the workflow. */
  readonly calls: CallOptions;
}

type Action<Options> = (
  args: readonly string[],
  options: Options,
  call: Call,
) => Promise<CommandResult>;

/**
 * Adds the output flags and the action to a command: parse, call one workflow, print.
 * Results go to stdout and only after success; notes and progress go to stderr.
 */
export function setAction<Options extends object>(
  command: Command,
  context: Context,
  action: Action<Options & OutputOptions>,
): void {
  addNodeConfiguration(command);
  command
    .option('--json', 'print one JSON object')
    .option('-q, --quiet', 'print no notes')
    .option('--verbose', 'show every request, and the cause of errors')
    .option('--no-progress', 'show no progress')
    .action(async (...given: unknown[]) => {
      await fillFromConfiguration(command, context);
      const options = command.opts<Options & OutputOptions>();
      const reporter = createReporter(context, options);
      const calls = { signal: context.signal, onProgress: reporter.progress };
      const args = given
        .slice(0, -2)
        .flat()
        .filter((arg) => typeof arg === 'string');
      try {
        const result = await action(args, options, { ...reporter, context, calls });
        reporter.finish();
        context.stdout.write(result.bytes ?? render(result, options));
        if (result.exitCode !== undefined) context.setExitCode(result.exitCode);
      } finally {
        reporter.finish();
      }
    });
}

function render({ json, text }: CommandResult, options: OutputOptions): string {
  if (options.json) return `${printableJson(json)}\n`;
  return text === '' ? '' : `${printable(text)}\n`;
}
