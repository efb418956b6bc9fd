import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { errnoOf } from '../../errors/kongcrate-error.ts';
import { settingOf, type Settings } from './read-settings.ts';

/**
 * The file that Kong writes its errors to. Kong's images make it a link to /dev/stderr, which would be
 * our own stderr if we opened it.
 * @returns `undefined` where Kong logs to no file of its own
 */
export function findErrorLog(prefix: string, settings: Settings): string | undefined {
  const target = settingOf(settings, 'proxy_error_log').trim().split(/\s+/)[0] ?? '';
  if (target === '' || target === 'off' || target === 'stderr' || /^[a-z]+:/.test(target))
    return undefined;
  const path = resolve(prefix, target);
  const stats = lookAt(path);
  const real = stats?.isSymbolicLink() ? resolve(dirname(path), readlinkSync(path)) : path;
  const isSpecial = stats !== undefined && real === path && !stats.isFile();
  return isSpecial || /^\/(?:dev|proc)\//.test(real) ? undefined : real;
}

/** A closed directory says nothing: whoever reads the log later says so. */
function lookAt(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}
