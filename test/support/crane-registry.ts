import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterThisFile } from './clean-up.ts';
import { peer } from './peers.ts';
import { stopChild } from './stop-child.ts';

/**
 * Starts `crane registry serve`, go-containerregistry's registry in memory, over plain HTTP. It
 * is stopped after the last test of the file.
 * @returns `127.0.0.1:PORT`, ready to stand in a reference
 */
export async function startCraneRegistry(): Promise<string> {
  const args = ['registry', 'serve', '--address', '127.0.0.1:0'];
  const child = spawn(peer('crane'), args, { stdio: ['ignore', 'ignore', 'pipe'] });
  afterThisFile(() => stopChild(child));
  for await (const line of createInterface({ input: child.stderr })) {
    const port = /serving on .*?:?(\d+)$/.exec(line)?.[1];
    if (port === undefined) continue;
    child.stderr.resume();
    return `127.0.0.1:${port}`;
  }
  throw new Error('crane registry serve ended without a port');
}
