import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { errnoOf, messageOf } from '../../errors/kongcrate-error.ts';
import type { KongPlace } from '../read-kong-settings.ts';

export interface ProgramOptions {
  /** All that the program sees. */
  readonly environment: KongPlace['environment'];
  /** Absolute. */
  readonly workingDirectory: string;
  /** After it the program is ended, and all that it started. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface ProgramResult {
  /** null where it could not be run, or a signal ended it. */
  readonly exitCode: number | null;
  /** The last 64 KiB of what it wrote to both outputs. */
  readonly output: string;
  readonly timedOut: boolean;
}

const MAX_OUTPUT_BYTES = 64 * 1024;
/** A daemon that it left behind may hold its outputs open for ever. */
const REST_OF_OUTPUT_MS = 500;

/**
 * Runs a program to its end, in a process group of its own. Only SIGKILL to the group ends a plugin
 * that loops while it is loaded (KONG.md 1.8).
 * @throws the signal's reason, once the program is gone
 */
export async function runProgram(
  path: string,
  args: readonly string[],
  { environment, workingDirectory, timeoutMs, signal }: ProgramOptions,
): Promise<ProgramResult> {
  signal?.throwIfAborted();
  const child = spawn(path, args, {
    cwd: workingDirectory,
    env: { ...environment },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const tooSlow = AbortSignal.timeout(timeoutMs);
  const limit = AbortSignal.any([tooSlow, ...(signal ? [signal] : [])]);
  const outputs = [child.stdout, child.stderr];
  const kill = (): void => {
    killGroup(child.pid);
    closeAll(outputs);
  };
  limit.addEventListener('abort', kill);
  process.once('exit', kill);
  const tail = collectTail(outputs);
  const [exitCode, problem] = await new Promise<readonly [number | null, string]>((resolve) => {
    child.once('error', (error) => {
      resolve([null, messageOf(error)]);
    });
    child.once('exit', () => setTimeout(closeAll, REST_OF_OUTPUT_MS, outputs).unref());
    child.once('close', (code) => {
      resolve([code, '']);
    });
  });
  limit.removeEventListener('abort', kill);
  process.off('exit', kill);
  signal?.throwIfAborted();
  return { exitCode, output: tail() + problem, timedOut: tooSlow.aborted };
}

function collectTail(outputs: readonly Readable[]): () => string {
  let tail = Buffer.alloc(0);
  for (const output of outputs)
    output.on('data', (chunk: Buffer) => {
      tail = Buffer.concat([tail, chunk]).subarray(-MAX_OUTPUT_BYTES);
    });
  return () => tail.toString('utf8');
}

function closeAll(outputs: readonly Readable[]): void {
  for (const output of outputs) output.destroy();
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (errnoOf(error) !== 'ESRCH') throw error;
  }
}
