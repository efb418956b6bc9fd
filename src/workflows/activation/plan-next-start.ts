import { statSync } from 'node:fs';
import { readConfFile } from '../../kong/conf-files.ts';
import type { EditedConf } from '../../kong/activation/transaction.ts';
import type { KongPlace } from '../../kong/read-kong-settings.ts';
import { readKongSettings, type KongSettings } from '../../kong/read-kong-settings.ts';
import { disablePlugins } from '../../kong/edit-plugins.ts';
import { BUNDLED_PLUGINS } from '../../plugin/kong-modules.ts';
import type { ConfChange } from '../edit-kong-conf.ts';
import { enableChange } from '../enable-plugins.ts';
import type { ActivationTarget } from './check-activation.ts';
import { sha256Of } from './restore-kong-conf.ts';

/** How plugins come onto the list of Kong's next start, or off it. */
export interface NextStart {
  readonly change: ConfChange;
  /** The kong.conf that will be edited, and its bytes until then. */
  readonly conf?: { readonly edited: EditedConf; readonly before: Buffer };
}

/** The change of a kong.conf that has Kong load plugins no more. */
export function disableChange(names: readonly string[]): ConfChange {
  return { edit: (text) => disablePlugins(text, names, BUNDLED_PLUGINS) };
}

type ListChange = Pick<ActivationTarget, 'luaRoot' | 'enable' | 'disable'>;

/** The change of a kong.conf that takes plugins off its list, then adds others. */
export function nextChange(
  settings: KongSettings,
  { luaRoot, enable, disable }: ListChange,
): ConfChange {
  if (disable.length === 0) return enableChange(enable, settings, luaRoot);
  if (enable.length === 0) return disableChange(disable);
  const [off, on] = [disableChange(disable), enableChange(enable, settings, luaRoot)];
  return {
    ...on,
    edit: (text) => {
      const without = off.edit(text);
      const edited = on.edit(without.text);
      return { ...edited, notes: [...without.notes, ...edited.notes] };
    },
  };
}

/**
 * Decides what becomes of kong.conf. Writes nothing.
 * @throws KongcrateError USAGE for a list that cannot be edited, SOURCE_UNREADABLE
 */
export function planNextStart(place: KongPlace, lists: ListChange): NextStart {
  const settings = readKongSettings(place);
  const change = nextChange(settings, lists);
  const { file } = settings;
  if (file === undefined) return { change };
  const before = readConfFile(file);
  const after = Buffer.from(change.edit(before.toString('latin1')).text, 'latin1');
  if (after.equals(before)) return { change };
  const { mtimeMs: modifiedMs } = statSync(file);
  return { change, conf: { before, edited: { path: file, edited: sha256Of(after), modifiedMs } } };
}
