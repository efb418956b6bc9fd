import { trimBlanks } from './blanks.ts';

/** The word for all plugins that Kong brings along; what Kong takes where nothing is said. */
export const BUNDLED = 'bundled';
/** The word for no plugin at all. */
export const OFF = 'off';

/** The items of a list as Kong splits it: `a,` has an empty one, an empty text none. */
export function splitList(value: string): readonly string[] {
  return trimBlanks(value) === '' ? [] : value.split(',').map(trimBlanks);
}

/**
 * The names that Kong makes of a list, each once: `off` as the first item turns all off, later it is
 * passed over. Quotes belong to a name, and an empty item is a name: Kong starts with neither.
 */
export function loadedNames(items: readonly string[]): readonly string[] {
  if (items[0] === OFF) return [];
  return [...new Set(items.filter((item) => item !== OFF))];
}

/** Whether an item stands for names that only Kong asks the vault for. */
export const isReference = (item: string): boolean => item.startsWith('{vault:');

/** Without `off` at its head, where it would turn off what was loaded. */
export function withoutOff(items: readonly string[]): readonly string[] {
  const first = items.findIndex((item) => item !== OFF);
  return first < 0 ? [] : items.slice(first);
}

/**
 * The setting that a backslash at the end of a line has made a part of the list: its value may be a
 * password, and is never shown.
 */
export function findSwallowed(items: readonly string[]): string | undefined {
  const item = items.find((text) => text.includes('='));
  return item?.slice(0, item.indexOf('=')).trim().split(/\s+/).at(-1);
}

/** A list without what keeps Kong from starting, or from loading what follows. */
export interface MendedList {
  readonly items: readonly string[];
  /** What was taken out and why, for people. */
  readonly notes: readonly string[];
}

/** Takes out of a list what nobody means: quotes, empty items, and `off` at its head. */
export function mendList(items: readonly string[]): MendedList {
  // Nothing behind it was loaded either, and must not start to be.
  if (items[0] === OFF)
    return { items: [], notes: ['off stood first, and Kong loaded no plugin at all'] };
  const unquoted = items.map((item) => trimBlanks(item.replaceAll(/["']/g, '')));
  const kept = unquoted.filter((item) => item !== '');
  const notes = [
    ...(unquoted.join() === items.join()
      ? []
      : ['quotes are taken out: Kong keeps them as a part of the names']),
    ...(kept.length === unquoted.length
      ? []
      : ['an empty item is taken out: Kong takes it for a plugin, and does not start']),
  ];
  return { items: withoutOff(kept), notes };
}
