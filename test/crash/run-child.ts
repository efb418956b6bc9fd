import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { bundleProgram } from '../support/bundle-program.ts';
import type { ChildResult, ChildTask } from './child.ts';

/** Bundles the child; returns how to start it. */
export function bundleChild(): Promise<(task: ChildTask) => ChildProcess> {
  return bundleProgram(new URL('child.ts', import.meta.url));
}

/** Waits for a child's end: its result, or `undefined` when it was killed. */
export async function resultOf(child: ChildProcess): Promise<ChildResult | undefined> {
  if (!child.stdout) throw new Error('the child has no stdout');
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
  if (child.signalCode === 'SIGKILL') return undefined;
  return JSON.parse(output) as ChildResult;
}
