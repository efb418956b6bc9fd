import { randomBytes } from 'node:crypto';
import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { nodeConfFiles, type ConfFileOperations } from './conf-file-operations.ts';
import { readConfFile } from './conf-files.ts';

export interface ConfReplacement {
  /** The file itself, no link. */
  readonly target: string;
  /** The bytes that were read and edited: anything else there now is another program's work. */
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  readonly files?: ConfFileOperations;
}

const SUFFIX = '.kongcrate-new';

/**
 * Replaces a file whole or not at all: the new one is made beside it with owner, group, mode and
 * extended attributes of the old one, brought to the disk, and renamed over it. The caller holds the
 * lock: what an earlier process left beside it is removed.
 * @returns whether the extended attributes were kept; without GNU cp they are not
 * @throws KongcrateError NODE_BUSY when another program changed the file meanwhile, INSTALL_FAILED
 *   when its owner could not be kept; errno errors
 */
export function replaceConf({
  target,
  before,
  after,
  files = nodeConfFiles,
}: ConfReplacement): boolean {
  const directory = dirname(target);
  const prefix = `.${basename(target).slice(0, 50)}.`;
  accessSync(target, constants.W_OK);
  for (const name of readdirSync(directory))
    if (name.startsWith(prefix) && name.endsWith(SUFFIX)) files.remove(join(directory, name));
  const aside = join(directory, `${prefix}${randomBytes(8).toString('hex')}${SUFFIX}`);
  try {
    const isWhole = files.copy(target, aside);
    demandSameOwner(target, aside);
    if (!files.overwrite(aside, { before, after })) throw changed(target);
    demandUnchanged(target, before);
    files.rename(aside, target);
    files.syncDirectory(directory);
    return isWhole;
  } finally {
    files.remove(aside);
  }
}

function demandSameOwner(target: string, aside: string): void {
  const [old, made] = [statSync(target), statSync(aside)];
  if (old.uid === made.uid && old.gid === made.gid && old.mode === made.mode) return;
  throw new KongcrateError(
    'INSTALL_FAILED',
    `${target} belongs to ${old.uid}:${old.gid}, and we may not make such a file`,
    { remedy: `Run the command as root, or as the user with uid ${old.uid}.` },
  );
}

function demandUnchanged(target: string, before: Uint8Array): void {
  if (!readConfFile(target).equals(before)) throw changed(target);
}

function changed(target: string): KongcrateError {
  return new KongcrateError('NODE_BUSY', `another program changed ${target} meanwhile`, {
    remedy: 'Run the command again.',
  });
}
