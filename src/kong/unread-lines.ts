import { findEntry, parseKongConf, type ConfEntry, type KongConf } from './kong-conf.ts';

/** A line that looks as if it set something. */
export interface UnreadLine {
  readonly entry: ConfEntry;
  /** Counted from 1. */
  readonly line: number;
  /** Why Kong passes it over. */
  readonly why: string;
}

/**
 * The lines that look as if they set something and are passed over by Kong.
 * @param text a kong.conf, one byte a character
 */
export function findUnread(text: string, key: string): readonly UnreadLine[] {
  const conf = parseKongConf(text);
  const effective = findEntry(conf, key);
  return conf.entries.flatMap((entry) => {
    const why = entry === effective ? undefined : reasonOf(conf, entry, key);
    return why === undefined ? [] : [{ entry, line: lineOf(entry), why }];
  });
}

/** The same for people. */
export function describeUnread(text: string, key: string): readonly string[] {
  return findUnread(text, key).map(({ line, why }) => `line ${line} counts for nothing: ${why}`);
}

function reasonOf(conf: KongConf, entry: ConfEntry, key: string): string | undefined {
  // The three bytes of UTF-8's byte order mark become a part of the first key.
  if (entry.key === `___${key}` && entry.text.startsWith('\u00EF\u00BB\u00BF'))
    return 'a byte order mark stands before it';
  if (entry.kind === 'section') return undefined;
  if (entry.key !== key) return misspellingOf(entry, key);
  if (entry.isHidden) return `it belongs to the section ${sectionBefore(conf, entry)}`;
  if (entry.kind === 'unfinished') return 'the file ends where it should go on';
  return `${key} is set again below`;
}

function misspellingOf(entry: ConfEntry, key: string): string | undefined {
  if (entry.key.toLowerCase() === key) return `it says ${entry.key}, and case counts`;
  const colon = new RegExp(`^\\s*${key}\\s*:`).test(entry.text);
  return colon ? 'Kong knows no colon, only =' : undefined;
}

function sectionBefore({ entries }: KongConf, entry: ConfEntry): string {
  const before = entries.slice(0, entries.indexOf(entry));
  return before.findLast(({ kind }) => kind === 'section')?.text.trim() ?? '';
}

/** The line on which an entry begins, counted from 1. */
export const lineOf = ({ pieces }: ConfEntry): number => (pieces[0]?.line ?? 0) + 1;
