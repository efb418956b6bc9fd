import { join } from 'node:path';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { checkRocks } from './check-rocks.ts';
import { takenError, takenTargets } from './check-targets.ts';
import type { PluginReceipt } from './receipt.ts';

export interface TargetOptions {
  /** Takes over what stands in the place of a plugin that is asked for, keeping a backup. */
  readonly adopt?: boolean;
  /** Whether a path relative to the Lua root is that of Kong's own code, which is never taken over. */
  readonly isKongCode?: (path: string) => boolean;
}

interface Asked {
  readonly asked: readonly PluginReceipt[];
  /** Every plugin of the generation to come, the ones that are asked for among them. */
  readonly plugins: ReadonlyMap<string, PluginReceipt>;
}

/**
 * Looks for what stands in the place of links and is not ours.
 * @returns the paths of those links; they belong to plugins that are asked for
 * @throws KongcrateError NOT_OURS without `adopt`, and for what is never taken over: a rock's files,
 *   Kong's own code, what stands in the place of a plugin that is not asked for
 */
export function checkAskedTargets(
  root: string,
  { asked, plugins }: Asked,
  { adopt, isKongCode = () => false }: TargetOptions,
): readonly string[] {
  const links = asked.flatMap((plugin) => plugin.links);
  checkRocks(root, links);
  const taken = takenTargets(
    root,
    [...plugins.values()].flatMap((plugin) => plugin.links),
  );
  for (const path of taken) {
    if (isKongCode(path)) throw kongCode(join(root, path));
    if (!links.includes(path)) throw takenError(join(root, path), REINSTALL);
    if (adopt !== true) throw takenError(join(root, path), ADOPT);
  }
  return taken;
}

const ADOPT = 'Give --adopt to take it over, which keeps a backup, or move it away.';
const REINSTALL = 'Move it away, or install that plugin again with --adopt, and run this again.';

function kongCode(path: string): KongcrateError {
  return new KongcrateError('NOT_OURS', `${path} is Kong's own code, which is never replaced`, {
    remedy: 'Give another --lua-root: Kong searches the directories of lua_package_path first.',
    details: { reason: 'KONG', path },
  });
}
