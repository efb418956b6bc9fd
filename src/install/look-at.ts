import { lstatSync, readdirSync, readlinkSync, type Stats } from 'node:fs';
import { errnoOf } from '../errors/kongcrate-error.ts';

/** What stands at a path, without following it; `undefined` when nothing does. */
export function lookAt(path: string): Stats | undefined {
  return orNothing(() => lstatSync(path, { throwIfNoEntry: false }), ['ENOTDIR']);
}

/** The text of a symbolic link, `undefined` when there is none at that path. */
export function readLink(path: string): string | undefined {
  return orNothing(() => readlinkSync(path), ['ENOENT', 'ENOTDIR', 'EINVAL']);
}

/** The names in a directory, none when it does not exist. */
export function listDirectory(path: string): readonly string[] {
  return orNothing(() => readdirSync(path), ['ENOENT']) ?? [];
}

function orNothing<Result>(look: () => Result, errnos: readonly string[]): Result | undefined {
  try {
    return look();
  } catch (error) {
    if (errnos.includes(errnoOf(error) ?? '')) return undefined;
    throw error;
  }
}
