import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { followLinks } from './follow-links.ts';
import type { WorkersUser } from './kong-node.ts';

/** A file or directory that keeps the workers out. */
export interface ClosedPath {
  readonly path: string;
  /** Permission bits as people write them, such as `0700`. */
  readonly mode: string;
  /** What the workers lack there: to read a file, to search a directory. */
  readonly lacks: 'r' | 'x';
}

/**
 * What keeps the workers from a file: its own mode, or that of a directory above it. Kong loads it
 * as root all the same, and fails at the first `require` in a worker (KONG.md 1.8). Access control
 * lists are not looked at.
 * @param below only directories inside this one are looked at
 * @throws errno errors where we ourselves cannot get there
 */
export function findClosedPath(
  file: string,
  user: WorkersUser,
  below = '/',
): ClosedPath | undefined {
  if (user.uid === 0) return undefined;
  // A link leads through other directories than its own path.
  for (const { path } of followLinks(file)) {
    const closed = climb(path, user, below);
    if (closed) return closed;
  }
  return undefined;
}

function climb(file: string, user: WorkersUser, below: string): ClosedPath | undefined {
  for (let path = file; path !== below && path !== '/'; path = dirname(path)) {
    const lacks = path === file ? 'r' : 'x';
    const mode = statSync(path).mode & 0o7777;
    if ((mode & bitsFor(path, user, lacks)) === 0)
      return { path, mode: mode.toString(8).padStart(4, '0'), lacks };
  }
  return undefined;
}

/** The first that fits decides: owner, group, others (path_resolution(7)). */
function bitsFor(path: string, { uid, gids }: WorkersUser, lacks: ClosedPath['lacks']): number {
  const bit = lacks === 'r' ? 4 : 1;
  const stats = statSync(path);
  if (stats.uid === uid) return bit << 6;
  return gids.includes(stats.gid) ? bit << 3 : bit;
}
