import { existsSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { runProgram, type ProgramOptions } from '../../src/system/run-program.ts';
import { bundleProgram } from '../support/bundle-program.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import type { RunTask } from './run-program-child.ts';

/** A machine under load is slow. */
const PATIENCE = { timeout: 30_000 };
const LIMITS = { environment: {}, timeoutMs: 60_000, maxOutputBytes: 1_000 };

const runScript = (
  script: string,
  options: Partial<ProgramOptions> = {},
): ReturnType<typeof runProgram> =>
  runProgram('/bin/sh', ['-c', script], { ...LIMITS, ...options });

function isRunning(pid: string): boolean {
  try {
    return !/\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

describe.each([{ endsWithUs: false }, { endsWithUs: true }])('a program, %o', (options) => {
  it('gets its arguments and its input, and nothing else', async () => {
    const script =
      'read -r line; echo "$line $1 $2 $X"; [ ! -e /proc/$$/fd/3 ] || echo more >&2; exit 7';
    const result = await runProgram('/bin/sh', ['-c', script, 'sh', '-e', 'b  c'], {
      ...{ ...LIMITS, ...options, input: 'first\nsecond\n' },
      environment: { X: '1', PATH: '/usr/bin:/bin' },
    });
    const stdout = 'first -e b  c 1\n';
    expect(result).toEqual({ exitCode: 7, stdout, stderr: '', output: stdout });
  });

  it('is ended with what it started: after its time, and for what it writes', async () => {
    const slow = await runScript('sleep 1000', { ...options, timeoutMs: 50 });
    expect(slow).toMatchObject({ exitCode: null, endedFor: 'time' });
    const loud = await runScript('while :; do echo 12345678; done', {
      ...options,
      endsTalkers: true,
    });
    expect(loud).toMatchObject({ exitCode: null, endedFor: 'output' });
  });

  it('that cannot be run says so', async () => {
    const none = await runProgram('/none', [], { ...LIMITS, ...options });
    expect(none.exitCode).not.toBe(0);
    expect(none.output).toContain('/none');
  });
});

describe('a program that runs when we are killed', () => {
  let start: (task: RunTask) => ChildProcess;
  beforeAll(async () => {
    start = await bundleProgram(new URL('run-program-child.ts', import.meta.url));
  });

  /** Kills whoever runs a script once it has written so many lines to the file, which it finds in `$file`. */
  async function killOver(
    script: string,
    { lines, endsWithUs }: { readonly lines: number; readonly endsWithUs: boolean },
  ): Promise<() => readonly string[]> {
    const file = join(temporaryDirectory(), 'lines');
    const child = start({ endsWithUs, script: `file=${file}; ${script}` });
    const written = (): readonly string[] =>
      existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
    await expect.poll(() => written().length, PATIENCE).toBe(lines);
    child.kill('SIGKILL');
    await once(child, 'exit');
    return written;
  }

  it('ends too, whatever it ignores, and with it what it has started', async () => {
    const loop = `trap "" TERM HUP PIPE; echo $$ >>$file; while :; do :; done`;
    const script = `export file; sh -c '${loop}' & ${loop}`;
    const pids = (await killOver(script, { lines: 2, endsWithUs: true }))();
    await expect.poll(() => pids.some(isRunning), PATIENCE).toBe(false);
  });

  it('goes on where half of it would be worse', async () => {
    const script = `echo begun >>$file; while kill -0 $PPID 2>/dev/null; do sleep 0.01; done; echo done >>$file`;
    const lines = await killOver(script, { lines: 1, endsWithUs: false });
    await expect.poll(() => lines(), PATIENCE).toEqual(['begun', 'done']);
  });
});
