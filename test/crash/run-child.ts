import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { memoryDirectory } from '../install/memory-directory.ts';
import type { ChildResult, ChildTask } from './child.ts';

/** Bundles the child, which Node could not run from TypeScript; returns how to start it. */
export async function bundleChild(): Promise<(task: ChildTask) => ChildProcess> {
  const outfile = join(memoryDirectory(), 'child.mjs');
  const entry = fileURLToPath(new URL('child.ts', import.meta.url));
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
  });
  return (task) =>
    spawn(process.execPath, [outfile, JSON.stringify(task)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
}

/** Waits for a child's end: its result, or `undefined` when it was killed. */
export async function resultOf(child: ChildProcess): Promise<ChildResult | undefined> {
  if (!child.stdout) throw new Error('the child has no stdout');
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
  if (child.signalCode === 'SIGKILL') return undefined;
  return JSON.parse(output) as ChildResult;
}
