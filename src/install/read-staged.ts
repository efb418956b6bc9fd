import type { Digest } from '../reference/digest.ts';
import { findStoreDrift } from './find-drift.ts';
import { asInstallFailure } from './install-failure.ts';
import type { InstallRoot } from './install-root.ts';
import { realPathOf } from './real-path.ts';
import type { PluginReceipt } from './receipt.ts';
import { readStateFile } from './state-file.ts';

/**
 * The staged plugin of that origin, when its files are as they were staged: every byte is hashed.
 * @throws KongcrateError INSTALL_FAILED when `state.json` is damaged or something cannot be read
 */
export function readStaged(
  { luaRoot }: InstallRoot,
  { repository, digest }: { readonly repository: string; readonly digest: Digest | undefined },
): PluginReceipt | undefined {
  try {
    const path = realPathOf(luaRoot);
    const staged = readStateFile(path).staged.find(
      (plugin) => plugin.repository === repository && plugin.digest === digest,
    );
    return staged && findStoreDrift(path, staged).length === 0 ? staged : undefined;
  } catch (error) {
    throw asInstallFailure(error);
  }
}
