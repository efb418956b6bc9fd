import { spawn } from 'node:child_process';
import { kongcrateCommand } from './kongcrate-command.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** Longer than a test takes: a program that hangs must not outlive the tests. */
const BACKSTOP_MS = 180_000;

export interface RunOptions {
  readonly cwd?: string;
  /** Added to PATH and HOME, which are all that the program otherwise sees. */
  readonly env?: Readonly<Record<string, string>>;
  /** Written to stdin; without it stdin is empty. */
  readonly input?: string | Uint8Array;
  /** When a program that does not end is killed; 180,000 unless told. */
  readonly timeoutMs?: number;
}

export interface RunResult {
  /** The exit status, or null if a signal ended the program. */
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly stdoutBytes: Buffer;
}

/** Runs a program to its end. Its HOME is an empty directory unless `env` names one. */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { PATH: process.env['PATH'], HOME: temporaryDirectory(), ...options.env },
    timeout: options.timeoutMs ?? BACKSTOP_MS,
    killSignal: 'SIGKILL',
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  // A program may end without reading its input; what it did is in the result.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => {
      const stdoutBytes = Buffer.concat(stdout);
      const texts = { stdout: stdoutBytes.toString(), stderr: Buffer.concat(stderr).toString() };
      resolve({ status, signal, ...texts, stdoutBytes });
    });
  });
}

/** Runs the built command line as a user would. */
export function runKongcrate(args: readonly string[], options?: RunOptions): Promise<RunResult> {
  const [program, all] = kongcrateCommand(args);
  return run(program, all, options);
}
