import { escapeValue, readValue } from './conf-value.ts';
import { demandEdited, setValue, spliceEntry } from './edit-conf.ts';
import { findEntry, parseKongConf, type ConfEntry, type KongConf } from './kong-conf.ts';
import { isOnLuaPath, prependRoot, rootTemplates } from './lua-path.ts';

const KEY = 'lua_package_path';

/**
 * Puts a Lua root in front of `lua_package_path` where Kong does not look into it yet. What the
 * setting holds stays behind it; without a setting it is `;;`, the path that Kong has anyway.
 * @param text a kong.conf, one byte a character
 * @returns the new file; the very text that was given where Kong looks there already
 * @throws KongcrateError USAGE
 */
export function addToLuaPath(text: string, luaRoot: string): string {
  const conf = parseKongConf(text);
  const entry = findEntry(conf, KEY);
  const setting = entry && inUtf8(readValue(entry).value);
  if (isOnLuaPath(luaRoot, setting ?? '')) return text;
  const value = inBytes(prependRoot(luaRoot, setting === '' ? undefined : setting));
  const edited =
    entry && setting !== ''
      ? insert(conf, entry, inBytes(rootTemplates(luaRoot)))
      : setValue(text, KEY, value);
  return demandEdited(text, edited, { key: KEY, value });
}

function insert(conf: KongConf, entry: ConfEntry, text: string): string {
  const { start } = readValue(entry);
  return spliceEntry(conf, entry, { start, end: start, text: escapeValue(text) });
}

const inUtf8 = (bytes: string): string => Buffer.from(bytes, 'latin1').toString();
const inBytes = (text: string): string => Buffer.from(text).toString('latin1');
