import { join } from 'node:path';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { isFixedLink } from './fixed-links.ts';
import { checkDirectory, lookAt } from './install-root.ts';
import { parentsOf } from './node-paths.ts';
import { findOverlap } from './plugin-paths.ts';
import type { PluginReceipt } from './receipt.ts';

/**
 * Checks that plugins can stand where they are to stand: no other plugin of the new generation has
 * the path, and whatever is on the disk there is a fixed link of ours.
 * @param all every plugin of the new generation
 * @throws KongcrateError NOT_OURS naming the path; INSTALL_FAILED for a world-writable directory
 */
export function checkTargets(
  root: string,
  all: Iterable<PluginReceipt>,
  incoming: readonly PluginReceipt[],
): void {
  const overlap = findOverlap(all);
  if (overlap)
    throw notOurs(
      overlap.path,
      `is held by two plugins, ${overlap.first} and ${overlap.second}`,
      'Remove one of them first.',
    );
  for (const { links } of incoming) for (const path of links) checkTarget(root, path);
}

function checkTarget(root: string, path: string): void {
  for (const parent of parentsOf(path)) checkDirectory(join(root, parent));
  const target = join(root, path);
  if (!lookAt(target) || isFixedLink(root, path)) return;
  throw notOurs(
    target,
    'was not made by kongcrate and is left as it is',
    'If you do not need it, move it away and run the command again.',
  );
}

function notOurs(path: string, what: string, remedy: string): KongcrateError {
  return new KongcrateError('NOT_OURS', `${path} ${what}`, {
    remedy,
    details: { reason: 'TAKEN', path },
  });
}
