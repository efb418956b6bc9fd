import { lstatSync } from 'node:fs';
import { resolve } from 'node:path';
import { errnoOf } from '../../errors/kongcrate-error.ts';
import { followLinks } from './follow-links.ts';
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
  const ways = orNothing(() => followLinks(path)) ?? [{ path }];
  if (ways.some((way) => /^\/(?:dev|proc)\//.test(way.path))) return undefined;
  const file = ways.at(-1)?.path ?? path;
  const stats = orNothing(() => lstatSync(file, { throwIfNoEntry: false }));
  return stats === undefined || stats.isFile() ? file : undefined;
}

/** A closed directory says nothing: whoever reads the log later says so. */
function orNothing<Result>(look: () => Result): Result | undefined {
  try {
    return look();
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}
