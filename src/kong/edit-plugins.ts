import { KongcrateError } from '../errors/kongcrate-error.ts';
import { readValue } from './conf-value.ts';
import { findEntry, parseKongConf } from './kong-conf.ts';
import { BUNDLED, loadedNames, mendList, OFF, splitList, withoutOff } from './plugin-list.ts';
import { refuseSwallowed } from './refuse-swallowed.ts';
import { PLUGINS, writeList } from './write-list.ts';

/** A kong.conf with another list of plugins. */
export interface EditedPlugins {
  /** The file, one byte a character; the very text that was given where nothing had to change. */
  readonly text: string;
  /** What Kong loads by it. */
  readonly plugins: readonly string[];
  /** What was put right on the way, for people. */
  readonly notes: readonly string[];
}

/** The names that the word `bundled` stands for. */
export type Bundled = ReadonlySet<string>;

/**
 * Adds plugins to the list of a kong.conf. No list becomes `bundled,NAME`: what Kong loads without
 * one, and the new plugin. An empty list, and one that begins with `off`, load nothing and become
 * NAME alone. Quotes and empty items, with which Kong does not start, are taken out.
 * @param text one byte a character
 * @throws KongcrateError USAGE for `bundled` and `off`, and where the list cannot be edited
 */
export function enablePlugins(
  text: string,
  names: readonly string[],
  bundled: Bundled,
): EditedPlugins {
  refuseWords(names);
  const items = readList(text);
  const { items: kept, notes } = mendList(items ?? [BUNDLED]);
  const added = [...new Set(names)].filter((name) => !isLoaded(kept, name, bundled));
  const next = withoutOff([...kept, ...added]);
  const isNothing = next.join() === (items ?? [BUNDLED]).join() || next.length === 0;
  if (isNothing) return { text, plugins: loadedNames(items ?? [BUNDLED]), notes: [] };
  const alone =
    kept.length === 0 ? ['the bundled plugins stay off: they were not loaded before'] : [];
  return { text: writeList(text, next), plugins: loadedNames(next), notes: [...notes, ...alone] };
}

/**
 * Takes plugins out of the list of a kong.conf; a list that would be empty becomes `off`.
 * @param text one byte a character
 * @throws KongcrateError USAGE as {@link enablePlugins}, and for a plugin that the word `bundled`
 *   loads: Kong knows no exception from it, so that every other one would have to be listed
 */
export function disablePlugins(
  text: string,
  names: readonly string[],
  bundled: Bundled,
): EditedPlugins {
  refuseWords(names);
  const items = readList(text) ?? [BUNDLED];
  const loaded = loadedNames(mendList(items).items);
  refuseBundled(loaded, names, bundled);
  if (!loaded.some((name) => names.includes(name)))
    return { text, plugins: loadedNames(items), notes: [] };
  const { items: kept, notes } = mendList(items);
  const left = withoutOff(kept.filter((item) => !names.includes(item)));
  const next = left.length === 0 ? [OFF] : left;
  return { text: writeList(text, next), plugins: loadedNames(next), notes };
}

function readList(text: string): readonly string[] | undefined {
  const conf = parseKongConf(text);
  const section = conf.entries.find(({ kind, key }) => kind === 'section' && key === PLUGINS);
  if (section)
    throw new KongcrateError('USAGE', `a section takes the place of the list: ${section.text}`, {
      remedy:
        'Remove the line [plugins] from kong.conf; Kong reads only what stands above sections.',
    });
  const entry = findEntry(conf, PLUGINS);
  if (!entry) return undefined;
  const { value } = readValue(entry);
  // Kong's reference to a secret: what it stands for is not known here.
  if (value.includes('{vault:'))
    throw new KongcrateError('USAGE', `the list of plugins comes from a vault: ${value}`, {
      remedy: 'Change the list in the vault, or write the names into kong.conf.',
    });
  const items = splitList(value);
  refuseSwallowed(items);
  return items;
}

function refuseWords(names: readonly string[]): void {
  const word = names.find((name) => name === BUNDLED || name === OFF);
  if (word !== undefined)
    throw new KongcrateError('USAGE', `${word} is a word of kong.conf, and no plugin`, {
      remedy: 'Name plugins; the word is put in and taken out by hand.',
    });
}

function isLoaded(items: readonly string[], name: string, bundled: Bundled): boolean {
  return items.includes(name) || (items.includes(BUNDLED) && bundled.has(name));
}

function refuseBundled(
  loaded: readonly string[],
  names: readonly string[],
  bundled: Bundled,
): void {
  if (!loaded.includes(BUNDLED)) return;
  const refused = names.filter((name) => bundled.has(name));
  if (refused.length === 0) return;
  const others = loaded.filter((name) => name !== BUNDLED && !refused.includes(name));
  const rest = [...bundled].filter((name) => !refused.includes(name));
  throw new KongcrateError(
    'USAGE',
    `bundled loads ${refused.join(', ')}, and Kong knows no exception from it`,
    {
      remedy: `List what shall stay in place of bundled: plugins = ${[...rest, ...others].join(',')}`,
    },
  );
}
