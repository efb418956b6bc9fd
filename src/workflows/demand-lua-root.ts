import { statSync, type Stats } from 'node:fs';
import { asWriteFailure } from '../errors/as-write-failure.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { InstallRoot } from '../install/install-root.ts';

/**
 * Refuses a Lua root that is no directory, and one that is not there: "nothing is installed" would
 * be no answer to a misspelt path.
 * @param mayBeMissing for an install, which makes the directory
 * @throws KongcrateError NOT_FOUND, USAGE for what is no directory, INSTALL_FAILED
 */
export function demandLuaRoot({ luaRoot }: InstallRoot, mayBeMissing = false): void {
  const stats = lookThrough(luaRoot);
  if (!stats && mayBeMissing) return;
  if (!stats)
    throw new KongcrateError('NOT_FOUND', `there is no Lua root ${luaRoot}`, {
      remedy: 'Check --lua-root; kongcrate install makes the directory.',
    });
  if (!stats.isDirectory())
    throw new KongcrateError('USAGE', `the Lua root ${luaRoot} is no directory`, {
      remedy: 'Give --lua-root the directory that holds kong/plugins.',
    });
}

function lookThrough(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw asWriteFailure(path, error);
  }
}
