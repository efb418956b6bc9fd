import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { readSavedConf } from '../../kong/activation/transaction-files.ts';
import type { EditedConf } from '../../kong/activation/transaction.ts';
import { replaceKongConf } from '../replace-kong-conf.ts';

export const sha256Of = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex');

/** Most likely the process that was cut off left it, and whoever else edits takes milliseconds. */
const LEFT_BEHIND = { staleAfterMs: 1_000 };

/**
 * Gives a kong.conf the bytes, and the time, that it had before a transaction edited it.
 * @returns why not, where somebody else has changed it since
 * @throws KongcrateError as {@link replaceKongConf}
 */
export async function restoreKongConf(
  prefix: string,
  { path, edited, modifiedMs }: EditedConf,
): Promise<string | undefined> {
  const saved = readSavedConf(prefix);
  const restore = (text: string): string =>
    sha256Of(Buffer.from(text, 'latin1')) === edited ? saved.toString('latin1') : text;
  const isSaved = (): boolean => existsSync(path) && readFileSync(path).equals(saved);
  const instead = 'Put the earlier plugins = back by hand.';
  if (existsSync(path) && !isSaved())
    await replaceKongConf(path, { edit: restore, instead }, { lock: LEFT_BEHIND });
  if (!isSaved())
    return `${path} was changed by others meanwhile and stays as it is: look at its plugins =`;
  const { mtimeMs, atime } = statSync(path);
  if (mtimeMs !== modifiedMs) utimesSync(path, atime, new Date(modifiedMs));
  return undefined;
}
