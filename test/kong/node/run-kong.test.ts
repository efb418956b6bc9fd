import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readKongNode } from '../../../src/kong/node/read-kong-node.ts';
import { runKong } from '../../../src/kong/node/run-kong.ts';
import type { ProgramResult } from '../../../src/system/run-program.ts';
import { expectError } from '../../support/expect-error.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

interface Call {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A machine under load is slow. */
const PATIENCE = { timeout: 30_000 };

/** A directory of PATH with a shell script for `kong`. */
function directoryWith(script: string): string {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, 'kong'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(directory, 'kong'), 0o755);
  return directory;
}

function call(
  script: string,
  { environment, timeoutMs = 60_000, signal }: Call = {},
): Promise<ProgramResult> {
  const directory = directoryWith(script);
  const node = readKongNode({ prefix: directory, kongConf: '/none.conf', environment: {} });
  return runKong(['a', 'b c'], {
    node,
    environment: { PATH: `${directory}:/usr/bin:/bin`, ...environment },
    timeoutMs,
    signal,
  });
}

/** Whether the process whose pid stands in the file has ended, sooner or later. */
async function hasEnded(pidFile: string): Promise<void> {
  const pid = readFileSync(pidFile, 'utf8').trim();
  await expect
    .poll(
      () =>
        !existsSync(`/proc/${pid}`) || readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z'),
      PATIENCE,
    )
    .toBe(true);
}

describe('runKong', () => {
  it('passes arguments, environment and directory, and gives exit status and both outputs', async () => {
    const script = 'echo "$1|$2|$X|$HOME|$PWD"; echo wrong >&2; exit 3';
    const result = await call(script, { environment: { X: '1' } });
    expect(result).toMatchObject({ exitCode: 3 });
    expect(result.output.split('\n').sort()).toEqual(['', 'a|b c|1||/', 'wrong']);
  });

  it('keeps the last 64 KiB of the output', async () => {
    const script =
      'i=0; while [ $i -lt 3000 ]; do echo "line $i, which is more than 22 bytes"; i=$((i+1)); done';
    const { output, exitCode } = await call(script);
    expect(exitCode).toBe(0);
    expect(output).toHaveLength(64 * 1024);
    expect(output.endsWith('line 2999, which is more than 22 bytes\n')).toBe(true);
  });

  it('ends what takes too long, though it ignores SIGTERM', async () => {
    const result = await call(`trap '' TERM; while :; do sleep 1; done`, { timeoutMs: 300 });
    expect(result).toMatchObject({ exitCode: null, endedFor: 'time' });
  });

  it('ends it with all its children when it is told to', async () => {
    const pidFile = join(temporaryDirectory(), 'pid');
    const controller = new AbortController();
    const script = `trap '' TERM; sh -c 'echo $$ > ${pidFile}.new; mv ${pidFile}.new ${pidFile}; exec sleep 1000'`;
    const running = call(script, { signal: controller.signal });
    await expect.poll(() => existsSync(pidFile), PATIENCE).toBe(true);
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(running).rejects.toBe(reason);
    await hasEnded(pidFile);
  });

  it('does not wait for a daemon that holds the output', async () => {
    const directory = temporaryDirectory();
    const result = await call(`setsid sleep 20 & echo $! > ${directory}/pid; echo started`);
    expect(result).toMatchObject({ exitCode: 0, output: 'started\n' });
    process.kill(Number(readFileSync(join(directory, 'pid'), 'utf8')));
  });

  it('says that there is no program', async () => {
    const environment = { PATH: `${temporaryDirectory()}:.:` };
    const error = await expectError(() => call('exit 0', { environment }), 'NOT_FOUND');
    expect(error.details).toEqual({ reason: 'KONG_PROGRAM' });
  });
});
