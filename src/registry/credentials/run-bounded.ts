import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import type { Readable } from 'node:stream';
import { errnoOf } from '../../errors/kongcrate-error.ts';

export interface Bounds {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Written to the program's standard input. */
  readonly input: string;
  readonly timeoutMs: number;
  /** The most bytes on standard output, and on standard error. */
  readonly maxOutputBytes: number;
  readonly signal?: AbortSignal | undefined;
}

/** How a program ended, and whether it was made to. */
export interface BoundedResult {
  readonly stdout: string;
  readonly stderr: string;
  /** null where it could not be run, or a signal ended it. */
  readonly exitCode: number | null;
  readonly killedFor?: 'time' | 'output';
}

/**
 * Runs a program to its end, in a process group of its own: when it has to be killed, so is all
 * that it started. A terminal's Ctrl-C does not reach that group; the signal does.
 * @throws the signal's reason, once the program is gone
 */
export async function runBounded(
  path: string,
  args: readonly string[],
  { environment, input, timeoutMs, maxOutputBytes, signal }: Bounds,
): Promise<BoundedResult> {
  signal?.throwIfAborted();
  const child = spawn(path, args, { env: { ...environment }, detached: true });
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
  const [stdout, stderr] = [child.stdout, child.stderr].map((stream) =>
    collect(stream, maxOutputBytes, tooMuch),
  );
  const exitCode = await endOf(child);
  limit.removeEventListener('abort', kill);
  process.off('exit', kill);
  signal?.throwIfAborted();
  const output = { stdout: stdout?.() ?? '', stderr: stderr?.() ?? '', exitCode };
  if (tooMuch.signal.aborted) return { ...output, killedFor: 'output' };
  return tooSlow.aborted ? { ...output, killedFor: 'time' } : output;
}

function endOf(child: ChildProcessWithoutNullStreams): Promise<number | null> {
  return new Promise((resolve) => {
    child.once('error', () => {
      resolve(null);
    });
    child.once('close', resolve);
  });
}

function collect(stream: Readable, maxBytes: number, tooMuch: AbortController): () => string {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBytes) tooMuch.abort();
    else chunks.push(chunk);
  });
  return () => Buffer.concat(chunks).toString('utf8');
}

function killGroup({ pid, stdout, stderr }: ChildProcessWithoutNullStreams): void {
  // Whoever left the group may hold the other ends open.
  stdout.destroy();
  stderr.destroy();
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (errnoOf(error) !== 'ESRCH') throw error;
  }
}
