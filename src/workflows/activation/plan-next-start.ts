import { statSync } from 'node:fs';
import { readConfFile } from '../../kong/conf-files.ts';
import type { EditedConf } from '../../kong/activation/transaction.ts';
import type { KongPlace } from '../../kong/read-kong-settings.ts';
import { readKongSettings } from '../../kong/read-kong-settings.ts';
import type { ConfChange } from '../edit-kong-conf.ts';
import { enableChange } from '../enable-plugins.ts';
import { sha256Of } from './restore-kong-conf.ts';

/** How plugins come onto the list of Kong's next start. */
export interface NextStart {
  readonly change: ConfChange;
  /** The kong.conf that will be edited, and its bytes until then. */
  readonly conf?: { readonly edited: EditedConf; readonly before: Buffer };
}

/**
 * Decides what becomes of kong.conf. Writes nothing.
 * @throws KongcrateError USAGE for a list that cannot be edited, SOURCE_UNREADABLE
 */
export function planNextStart(
  place: KongPlace,
  luaRoot: string,
  enabled: readonly string[],
): NextStart {
  const settings = readKongSettings(place);
  const change = enableChange(enabled, settings, luaRoot);
  const { file } = settings;
  if (file === undefined || enabled.length === 0) return { change };
  const before = readConfFile(file);
  const after = Buffer.from(change.edit(before.toString('latin1')).text, 'latin1');
  if (after.equals(before)) return { change };
  const { mtimeMs: modifiedMs } = statSync(file);
  return { change, conf: { before, edited: { path: file, edited: sha256Of(after), modifiedMs } } };
}
