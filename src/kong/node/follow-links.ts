import { readlinkSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { errnoOf } from '../../errors/kongcrate-error.ts';

/** A path on the way to a file, and the link that led to it. */
export interface Hop {
  readonly path: string;
  readonly link?: string;
  /** Where the link leads; absolute. */
  readonly target?: string;
}

/** As many links as Linux follows (path_resolution(7)). */
const MAX_LINKS = 40;

/**
 * The ways by which a path leads to its file: as it is written, then with one link more replaced each
 * time. Every directory that the kernel goes through is above one of them.
 * @throws errno errors where we may not look
 */
export function followLinks(path: string): readonly Hop[] {
  const hops: Hop[] = [{ path }];
  for (
    let next = replaceLink(path);
    next && hops.length <= MAX_LINKS;
    next = replaceLink(next.path)
  )
    hops.push(next);
  return hops;
}

function replaceLink(path: string): Hop | undefined {
  const parts = path.split('/');
  for (let count = 2; count <= parts.length; count += 1) {
    const link = parts.slice(0, count).join('/');
    const text = readLink(link);
    if (text === undefined) continue;
    const target = resolve(dirname(link), text);
    return { path: [target, ...parts.slice(count)].join('/'), link, target };
  }
  return undefined;
}

function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (['EINVAL', 'ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return undefined;
    throw error;
  }
}
