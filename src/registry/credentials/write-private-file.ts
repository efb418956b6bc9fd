import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { KongcrateError, messageOf } from '../../errors/kongcrate-error.ts';

/**
 * Replaces a file that only its owner may read (0600), whole or not at all. A symbolic link stays
 * and its target is replaced: people keep such files elsewhere.
 * @throws KongcrateError INSTALL_FAILED
 */
export function writePrivateFile(file: string, text: string): void {
  let partial: string | undefined;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const target = existsSync(file) ? realpathSync(file) : file;
    partial = `${target}.${randomBytes(6).toString('hex')}.partial`;
    writeFileSync(partial, text, { flag: 'wx', mode: 0o600, flush: true });
    renameSync(partial, target);
  } catch (error) {
    if (partial !== undefined) rmSync(partial, { force: true });
    throw new KongcrateError('INSTALL_FAILED', `${file} cannot be written: ${messageOf(error)}`, {
      remedy: 'Check the directory, its permissions and the free space.',
      cause: error,
    });
  }
}
