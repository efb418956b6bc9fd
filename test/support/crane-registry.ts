import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll } from 'vitest';
import { peer } from './peers.ts';

const running = new Set<ChildProcess>();

afterAll(async () => {
  await Promise.all([...running].map(stop));
});

/**
 * Starts `crane registry serve`, go-containerregistry's registry in memory, over plain HTTP. It
 * is stopped after the last test of the file.
 * @returns `127.0.0.1:PORT`, ready to stand in a reference
 */
export async function startCraneRegistry(): Promise<string> {
  const args = ['registry', 'serve', '--address', '127.0.0.1:0'];
  const child = spawn(peer('crane'), args, { stdio: ['ignore', 'ignore', 'pipe'] });
  running.add(child);
  for await (const line of createInterface({ input: child.stderr })) {
    const port = /serving on .*?:?(\d+)$/.exec(line)?.[1];
    if (port === undefined) continue;
    child.stderr.resume();
    return `127.0.0.1:${port}`;
  }
  throw new Error('crane registry serve ended without a port');
}

async function stop(child: ChildProcess): Promise<void> {
  running.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
