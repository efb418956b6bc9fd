import {
  spawn,
  type ChildProcessWithoutNullStreams,
  type SpawnOptionsWithoutStdio,
} from 'node:child_process';
import type { Writable } from 'node:stream';

/**
 * The program takes the place of the shell, with its pid, which is that of the group. What stays behind
 * of the shell waits for a line from us, and ends the group when the line cannot come any more.
 */
const SCRIPT = '{ read -r over <&3 || kill -9 -$$; } >/dev/null 2>&1 & exec "$@" 3<&-';

/**
 * Starts a program that ends when we do, with all of its process group, even if we are killed: nobody
 * else would ever end a plugin that loops while it is loaded (KONG.md 1.8). Needs /bin/sh, without which
 * no Kong runs either.
 */
export function startSupervised(
  path: string,
  args: readonly string[],
  options: SpawnOptionsWithoutStdio,
): ChildProcessWithoutNullStreams {
  const child = spawn('/bin/sh', ['-c', SCRIPT, 'sh', path, ...args], {
    ...options,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  const lifeline = child.stdio[3] as Writable;
  // Whoever ended the group ended the watcher too.
  lifeline.on('error', () => undefined);
  child.once('exit', () => lifeline.end('over\n'));
  return child;
}
