import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ROOT } from './root.ts';

/**
 * Runs `work` with an address that leads to `host` over a link of this round trip.
 * @param host `127.0.0.1:PORT`
 */
export async function withSlowLink<Result>(
  host: string,
  roundTripMs: number,
  work: (host: string) => Promise<Result>,
): Promise<Result> {
  const program = join(ROOT, '.cache/bench/delay-proxy.mjs');
  const port = host.split(':').at(-1) ?? '';
  const child = spawn(process.execPath, [program, port, `${roundTripMs}`], {
    env: {},
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    const [printed] = (await once(child.stdout, 'data')) as [Buffer];
    return await work(`127.0.0.1:${printed.toString().trim()}`);
  } finally {
    child.stdin.end();
  }
}
