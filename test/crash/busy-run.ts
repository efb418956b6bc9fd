import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { bundleProgram } from '../support/bundle-program.ts';
import type { BusyLine, BusyTask } from './busy-child.ts';

/** Bundles the busy child; returns how to start it. */
export function bundleBusyChild(): Promise<(task: BusyTask) => ChildProcess> {
  return bundleProgram(new URL('busy-child.ts', import.meta.url));
}

export interface BusyRun {
  /** Resolves when the child has said its first word, and so is at work. */
  readonly atWork: Promise<unknown>;
  /** Everything the child said until its end. */
  readonly lines: Promise<readonly BusyLine[]>;
}

/** Listens to a busy child. Unless it was killed, it must end well. */
export function follow(child: ChildProcess): BusyRun {
  const { stdout } = child;
  if (!stdout) throw new Error('the child has no stdout');
  const ended = once(child, 'close');
  const said = text(stdout);
  return {
    atWork: Promise.race([once(stdout, 'data'), ended]),
    lines: linesOf(child, said, ended),
  };
}

async function linesOf(
  child: ChildProcess,
  said: Promise<string>,
  ended: Promise<unknown>,
): Promise<readonly BusyLine[]> {
  const lines = (await said)
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as BusyLine);
  await ended;
  if (child.signalCode !== 'SIGKILL' && child.exitCode !== 0)
    throw new Error(`a child failed: ${JSON.stringify(lines.slice(-3))}`);
  return lines;
}
