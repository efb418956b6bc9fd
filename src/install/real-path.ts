import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { errnoOf } from '../errors/kongcrate-error.ts';
import { readLink } from './look-at.ts';

/** A path without links; what does not exist yet is taken as it is written. */
export function realPathOf(path: string): string {
  const absolute = resolve(path);
  try {
    return realpathSync(absolute);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT' || absolute === dirname(absolute)) throw error;
    return join(realPathOf(dirname(absolute)), basename(absolute));
  }
}

/** Every link that is followed on the way to a path whose {@link realPathOf} is known to exist. */
export function linksTo(path: string): readonly string[] {
  const absolute = resolve(path);
  const parent = dirname(absolute);
  if (parent === absolute) return [];
  const text = readLink(absolute);
  const above = linksTo(parent);
  if (text === undefined) return above;
  return [...above, absolute, ...linksTo(resolve(realPathOf(parent), text))];
}

/** The path and everything above it, outermost first. */
export function componentsOf(path: string): readonly string[] {
  const parent = dirname(path);
  return parent === path ? [path] : [...componentsOf(parent), path];
}
