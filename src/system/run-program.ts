import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { errnoOf, messageOf } from '../errors/kongcrate-error.ts';
import { collectOutput } from './collect-output.ts';
import type { Environment } from './find-program.ts';
import { startSupervised } from './start-supervised.ts';

export interface ProgramOptions {
  /** All that the program sees. */
  readonly environment: Environment;
  /** Absolute; our own unless told. */
  readonly workingDirectory?: string;
  /** What it finds on its standard input; nothing unless told. */
  readonly input?: string | Uint8Array;
  /** After it the program is ended. */
  readonly timeoutMs: number;
  /** The most that is kept of what it writes to both outputs. */
  readonly maxOutputBytes: number;
  /** Whether a program that writes more is ended; else the last of it is kept. */
  readonly endsTalkers?: boolean;
  /** Whether it ends with us, though we are killed; else it goes on, for what must not be done by half. */
  readonly endsWithUs?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** How a program ended, and whether it was made to. */
export interface ProgramResult {
  /** null where it could not be run, or a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Both as they came, and why it could not be run. */
  readonly output: string;
  readonly endedFor?: 'time' | 'output';
}

/** A daemon that it left behind may hold its outputs open for ever. */
const REST_OF_OUTPUT_MS = 500;

/**
 * Runs a program to its end, in a process group of its own: when it has to be ended, so is all that it
 * started, by SIGKILL. A terminal's Ctrl-C does not reach that group; the signal does.
 * @throws the signal's reason, once the program is gone
 */
export async function runProgram(
  path: string,
  args: readonly string[],
  { environment, workingDirectory, input = '', ...limits }: ProgramOptions,
): Promise<ProgramResult> {
  const { timeoutMs, maxOutputBytes, endsTalkers = false, endsWithUs = false, signal } = limits;
  signal?.throwIfAborted();
  const start = endsWithUs ? startSupervised : spawn;
  const child = start(path, args, {
    cwd: workingDirectory,
    env: { ...environment },
    detached: true,
  });
  const tooSlow = AbortSignal.timeout(timeoutMs);
  const tooMuch = new AbortController();
  const limit = AbortSignal.any([tooSlow, tooMuch.signal, ...(signal ? [signal] : [])]);
  const kill = (): void => {
    killGroup(child);
  };
  limit.addEventListener('abort', kill);
  process.once('exit', kill);
  // A program may end without reading its input; how it ended is what counts.
  child.stdin.on('error', () => undefined).end(input);
  const onTooMuch = (): void => {
    if (endsTalkers) tooMuch.abort();
  };
  const textOf = collectOutput(child, maxOutputBytes, onTooMuch);
  const { exitCode, problem } = await endOf(child);
  limit.removeEventListener('abort', kill);
  process.off('exit', kill);
  signal?.throwIfAborted();
  return {
    exitCode,
    ...{ stdout: textOf('stdout'), stderr: textOf('stderr'), output: textOf() + problem },
    ...(tooSlow.aborted && { endedFor: 'time' }),
    ...(tooMuch.signal.aborted && { endedFor: 'output' }),
  };
}

function endOf(
  child: ChildProcessWithoutNullStreams,
): Promise<{ readonly exitCode: number | null; readonly problem: string }> {
  child.once('exit', () => setTimeout(closeOutputs, REST_OF_OUTPUT_MS, child).unref());
  return new Promise((resolve) => {
    child.once('error', (error) => {
      resolve({ exitCode: null, problem: messageOf(error) });
    });
    child.once('close', (exitCode) => {
      resolve({ exitCode, problem: '' });
    });
  });
}

function closeOutputs({ stdout, stderr }: ChildProcessWithoutNullStreams): void {
  stdout.destroy();
  stderr.destroy();
}

function killGroup(child: ChildProcessWithoutNullStreams): void {
  // Whoever left the group may hold the other ends open.
  closeOutputs(child);
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if (errnoOf(error) !== 'ESRCH') throw error;
  }
}
