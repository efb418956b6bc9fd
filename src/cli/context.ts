import type { Readable, Writable } from 'node:stream';

/** What the outside gives the command line; everything else is arguments. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  /** Aborted by SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
}

/** What a command works with. */
export interface Context extends Surroundings {
  /** For commands that succeed and still report something, such as drift. */
  readonly setExitCode: (exitCode: number) => void;
}

/** Whether somebody sits there who can answer a prompt. */
export function isInteractive(context: Context): boolean {
  return context.stdin.isTTY === true && context.stderr.isTTY === true && !isSet(context, 'CI');
}

/** An environment variable that is there and not empty. */
export function isSet(context: Context, name: string): boolean {
  return (context.environment[name] ?? '') !== '';
}
