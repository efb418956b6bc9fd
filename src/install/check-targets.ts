import { join } from 'node:path';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { checkDirectory } from './check-directory.ts';
import { isFixedLink } from './fixed-links.ts';
import { listDirectory, lookAt } from './look-at.ts';
import { directoriesOf, PLUGINS_DIRECTORY } from './node-paths.ts';
import { findOverlap } from './plugin-paths.ts';
import type { PluginReceipt } from './receipt.ts';

type Plugins = ReadonlyMap<string, PluginReceipt>;

/**
 * Checks that all plugins of a generation can stand where they are to stand, the ones that stand
 * there now among them: as {@link checkClaims}, and whatever is on the disk at a link is a fixed
 * link of ours.
 * @param live the plugins of the live generation
 * @param next the plugins of the generation to come
 * @throws KongcrateError NOT_OURS naming the path; INSTALL_FAILED for a world-writable directory
 */
export function checkTargets(root: string, live: Plugins, next: Plugins): void {
  checkClaims(root, live, next);
  const [taken] = takenTargets(root, linksOf(next));
  if (taken !== undefined) throw takenError(join(root, taken), MOVE_AWAY);
}

/**
 * The part of {@link checkTargets} that no flag overrules: no two plugins have one path, and the
 * directories above their links are real ones that nobody else can change.
 */
export function checkClaims(root: string, live: Plugins, next: Plugins): void {
  const overlap = findOverlap(next.values());
  if (overlap)
    throw notOurs(
      overlap.path,
      `is held by two plugins, ${overlap.first} and ${overlap.second}`,
      'Remove one of them first.',
    );
  const ours = new Set(directoriesOf(linksOf(live)));
  for (const directory of directoriesOf(linksOf(next))) {
    checkDirectory(join(root, directory));
    if (!ours.has(directory)) checkParent(root, directory, (path) => isFixedLink(root, path));
  }
}

/** The paths of fixed links at which something else stands. */
export function takenTargets(root: string, links: readonly string[]): readonly string[] {
  return links.filter((path) => lookAt(join(root, path)) && !isFixedLink(root, path));
}

function linksOf(plugins: Plugins): readonly string[] {
  return [...plugins.values()].flatMap(({ links }) => links);
}

/**
 * What stands below kong/plugins is a plugin's, and a module put there becomes a part of it. Other
 * directories, such as resty, are shared by all packages.
 * @throws KongcrateError NOT_OURS when the directory holds anything but directories and what is ours
 */
export function checkParent(
  root: string,
  directory: string,
  isOurs: (path: string) => boolean,
): void {
  if (!directory.startsWith(`${PLUGINS_DIRECTORY}/`)) return;
  // Directories outlive their links, when a change is undone or a newer version needs none there.
  const holdsNothingElse = (parent: string): boolean =>
    listDirectory(join(root, parent)).every((name) => {
      const path = `${parent}/${name}`;
      return isOurs(path) || (lookAt(join(root, path))?.isDirectory() && holdsNothingElse(path));
    });
  if (holdsNothingElse(directory)) return;
  throw notOurs(
    join(root, directory),
    'was not made by kongcrate, and nothing is put into it',
    'Install an artifact that keeps its modules elsewhere, or move that directory away.',
  );
}

const MOVE_AWAY = 'If you do not need it, move it away and run the command again.';

/** What is said of something at a path of ours that is not ours. */
export function takenError(path: string, remedy: string): KongcrateError {
  return notOurs(path, 'was not made by kongcrate and is left as it is', remedy);
}

function notOurs(path: string, what: string, remedy: string): KongcrateError {
  return new KongcrateError('NOT_OURS', `${path} ${what}`, {
    remedy,
    details: { reason: 'TAKEN', path },
  });
}
