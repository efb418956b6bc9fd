import {
  holdPlugins as applyHold,
  unholdPlugins as applyUnhold,
  type HoldOptions,
  type HoldOutcome,
} from '../install/hold-plugins.ts';
import type { InstallRoot } from '../install/install-root.ts';
import { demandLuaRoot } from './demand-lua-root.ts';

export type { HoldOptions, HoldOutcome } from '../install/hold-plugins.ts';

/**
 * Keeps installed plugins from being changed or removed until they are released; a rollback may.
 * @throws KongcrateError NOT_FOUND, USAGE and NOT_OURS for the root, NODE_BUSY, INTERRUPTED,
 *   INSTALL_FAILED; no hold was changed then
 */
export function holdPlugins(
  root: InstallRoot,
  names: readonly string[],
  options: HoldOptions = {},
): Promise<HoldOutcome> {
  demandLuaRoot(root);
  return applyHold(root, names, options);
}

/** Releases held plugins; throws as {@link holdPlugins} does. */
export function unholdPlugins(
  root: InstallRoot,
  names: readonly string[],
  options: Pick<HoldOptions, 'signal'> = {},
): Promise<HoldOutcome> {
  demandLuaRoot(root);
  return applyUnhold(root, names, options);
}
