import { isDeepStrictEqual } from 'node:util';
import { splitList, withoutOff } from '../plugin-list.ts';
import { PLUGINS, writeList } from '../write-list.ts';
import { findSetting } from './conf-lines.ts';

/**
 * Quotes and empty items are never meant; a name holds no blank, so that one stands for a comma, and
 * no =, so that another setting begins there.
 */
export function mendItems(items: readonly string[]): readonly string[] {
  const end = items.findIndex((item) => item.includes('='));
  const words = items
    .slice(0, end < 0 ? items.length : end)
    .flatMap((item) => item.replaceAll(/["'\u200B]/g, '').split(/\s+/));
  return words.filter((word) => word !== '');
}

/** Whether Kong would take something for a plugin that nobody can have meant. */
export function isMangled(items: readonly string[]): boolean {
  return !isDeepStrictEqual(mendItems(items), items);
}

/**
 * Puts the list of plugins of a kong.conf right.
 * @param text one byte a character
 * @returns the very text that was given where nothing is mangled
 * @throws KongcrateError USAGE where the line cannot be edited safely
 */
export function mendList(text: string): string {
  const setting = findSetting({ path: '', text }, PLUGINS);
  const items = splitList(setting?.value ?? '');
  if (!isMangled(items)) return text;
  const mended = withoutOff(mendItems(items)).map(encode);
  return writeList(text, mended);
}

const encode = (name: string): string => Buffer.from(name).toString('latin1');
