import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { errnoOf } from '../../errors/kongcrate-error.ts';
import { followLinks } from '../node/follow-links.ts';

/** What keeps a path from leading to a file, where it is more than that nothing stands there. */
export type Obstacle =
  | { readonly kind: 'dangling'; readonly link: string; readonly target: string }
  /** We ourselves may not look into it. */
  | { readonly kind: 'closed'; readonly directory: string };

/** @returns `undefined` where the file is there, and where simply nothing is */
export function findObstacle(path: string): Obstacle | undefined {
  const directory = findClosed(path);
  if (directory !== undefined) return { kind: 'closed', directory };
  for (const { link, target } of followLinks(path))
    if (link !== undefined && target !== undefined && !existsSync(target))
      return { kind: 'dangling', link, target };
  return undefined;
}

/** The directory that keeps us out: the one below it cannot be looked at any more. */
function findClosed(path: string): string | undefined {
  for (let at = path, above = dirname(at); ; at = above, above = dirname(at)) {
    const errno = errnoOfLook(at);
    if (errno !== 'EACCES') return undefined;
    if (errnoOfLook(above) !== 'EACCES') return above;
  }
}

function errnoOfLook(path: string): string | undefined {
  try {
    statSync(path);
    return undefined;
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return errnoOf(error);
  }
}
