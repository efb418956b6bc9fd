import { basename, dirname, join } from 'node:path';
import { asWriteFailure, wordsOfErrno } from '../errors/as-write-failure.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { checkReplaceable } from '../kong/check-replaceable.ts';
import type { ConfFileOperations } from '../kong/conf-file-operations.ts';
import { readConfFile } from '../kong/conf-files.ts';
import { replaceConf } from '../kong/replace-conf.ts';
import { lockFile, type LockOptions } from '../system/lock-file.ts';

export interface ReplaceOptions {
  /** Checks, changes nothing. */
  readonly dryRun?: boolean;
  readonly lock?: LockOptions;
  readonly files?: ConfFileOperations;
}

/** A change of a file's text, one byte a character, and what the user can do in its place. */
export interface TextChange {
  readonly edit: (text: string) => string;
  readonly instead: string;
}

/**
 * Edits a kong.conf on the disk: reads it under a lock, so that two changes at once lose nothing, and
 * replaces it whole.
 * @returns whether the extended attributes were kept
 * @throws KongcrateError NOT_OURS for a file that cannot be replaced, NODE_BUSY, INSTALL_FAILED; the
 *   file is as it was then, and the remedy names the way round it
 */
export async function replaceKongConf(
  path: string,
  { edit, instead }: TextChange,
  { dryRun = false, lock, files }: ReplaceOptions,
): Promise<boolean> {
  try {
    const target = checkReplaceable(path, instead);
    if (dryRun) return true;
    const release = await lockFile(lockOf(target), lock);
    try {
      const before = readConfFile(target);
      const after = Buffer.from(edit(before.toString('latin1')), 'latin1');
      // Another kongcrate did the same in the meantime.
      if (after.equals(before)) return true;
      return replaceConf({ target, before, after, ...(files ? { files } : {}) });
    } finally {
      release();
    }
  } catch (error) {
    throw asConfFailure(path, error, instead);
  }
}

const lockOf = (target: string): string =>
  join(dirname(target), `.${basename(target)}.kongcrate-lock`);

function asConfFailure(path: string, thrown: unknown, instead: string): unknown {
  const isErrno = !(thrown instanceof KongcrateError) && wordsOfErrno(thrown) !== undefined;
  const failure = isErrno ? asWriteFailure(path, thrown) : thrown;
  if (!(failure instanceof KongcrateError) || failure.code !== 'INSTALL_FAILED') return failure;
  const { code, message, remedy, details } = failure;
  return new KongcrateError(code, message, {
    remedy: `${remedy} ${instead}`,
    details,
    cause: thrown,
  });
}
