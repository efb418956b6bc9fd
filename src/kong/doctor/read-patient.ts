import { statSync } from 'node:fs';
import { KongcrateError } from '../../errors/kongcrate-error.ts';
import { readConfFile } from '../conf-files.ts';
import type { KongNode, NodePlace } from '../node/kong-node.ts';
import { searchTemplates } from '../node/find-module.ts';
import { readKongNode } from '../node/read-kong-node.ts';
import {
  readConfiguredSettings,
  runningSettingsFile,
  type Settings,
} from '../node/read-settings.ts';
import { BUNDLED, isReference, loadedNames, splitList } from '../plugin-list.ts';
import { PLUGINS } from '../write-list.ts';
import { findSetting } from './conf-lines.ts';
import { readGeneratedPath } from './generated-path.ts';
import { mendItems } from './mend-list.ts';
import type { ConfFile, LoadView, Patient } from './patient.ts';

const LUA_PATH = 'lua_package_path';

type Rest = 'luaRoot' | 'ownDirectory' | 'bundled' | 'removedModules';

/**
 * Reads once what the checks of a node need.
 * @throws KongcrateError SOURCE_UNREADABLE for a kong.conf that decides and cannot be read
 */
export function readPatient(place: NodePlace, rest: Pick<Patient, Rest>): Patient {
  const node = readKongNode(place);
  const { conf, unread } = readConf(node);
  const known = { place, node, ...(conf ? { conf } : {}) };
  const now = viewOf(node.settings, known);
  const views = [now, ...viewOfNextStart(known)] as const;
  const hidden = node.plugins
    .filter(isReference)
    .map((item) => `what ${item} stands for in plugins`);
  return { ...rest, ...known, views, unread: [...node.unread, ...unread, ...hidden] };
}

function readConf({ kongConf }: KongNode): {
  readonly conf?: ConfFile;
  readonly unread: readonly string[];
} {
  if (kongConf === undefined) return { unread: [] };
  try {
    return {
      conf: { path: kongConf, text: readConfFile(kongConf).toString('latin1') },
      unread: [],
    };
  } catch (error) {
    if (!(error instanceof KongcrateError)) throw error;
    return { unread: [error.message] };
  }
}

type Known = Pick<Patient, 'place' | 'node' | 'conf'>;

/** Only a file that was changed since says something else: what was set by variables is set again. */
function viewOfNextStart(known: Known): readonly LoadView[] {
  const { node, place, conf } = known;
  if (node.settingsFrom !== 'running' || !conf) return [];
  const isEdited = statSync(conf.path).mtimeMs > statSync(runningSettingsFile(node.prefix)).mtimeMs;
  if (!isEdited) return [];
  const next = new Map([...node.settings, ...readConfiguredSettings(place)]);
  const changed = [PLUGINS, LUA_PATH].some((key) => next.get(key) !== node.settings.get(key));
  return changed ? [viewOf(next, known)] : [];
}

function viewOf(settings: Settings, known: Known): LoadView {
  const { node } = known;
  const luaPackagePath = settings.get(LUA_PATH) ?? node.luaPackagePath;
  const hasDefault = readGeneratedPath(node.prefix)?.hasDefault ?? true;
  // What is mangled is reported by itself; the names that were meant are to be found all the same.
  const items = mendItems(splitList(settings.get(PLUGINS) ?? BUNDLED));
  const plugins = loadedNames(items).filter((item) => !isReference(item));
  const where = (key: string): string => sourceOf(key, settings, known);
  return {
    plugins,
    luaPackagePath,
    templates: searchTemplates({ ...node, luaPackagePath, hasDefault }),
    from: { plugins: where(PLUGINS), luaPackagePath: where(LUA_PATH) },
  };
}

function sourceOf(key: string, settings: Settings, { node, place, conf }: Known): string {
  const value = settings.get(key);
  if (value === undefined) return `${key} has Kong's default`;
  if (node.settings === settings && node.settingsFrom === 'running')
    return `${runningSettingsFile(node.prefix)}: ${key} = ${value}`;
  const variable = `KONG_${key.toUpperCase()}`;
  if (place.environment[variable] !== undefined) return `${variable}=${value}`;
  return (conf && findSetting(conf, key)?.place) ?? `${key} = ${value}`;
}
