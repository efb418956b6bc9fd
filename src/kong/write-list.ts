import { countLeadingBlanks } from './blanks.ts';
import { escapeValue, readValue } from './conf-value.ts';
import { demandEdited, replaceValue, setValue, spliceEntry } from './edit-conf.ts';
import { findEntry, parseKongConf, type ConfEntry, type KongConf } from './kong-conf.ts';
import { splitList } from './plugin-list.ts';

/** The setting that lists the plugins. */
export const PLUGINS = 'plugins';

/**
 * Gives `plugins` other items, most of which stand there: items are dropped with one comma each, new
 * ones come behind the last. Blanks, comments and every other line stay as they are.
 * @param next the items that stand there in their order, without some, then new ones
 * @returns the new file
 * @throws KongcrateError USAGE where the edited file would not say what it should, or more
 */
export function writeList(text: string, next: readonly string[]): string {
  return demandEdited(text, edit(text, next), { key: PLUGINS, value: next.join(',') });
}

function edit(text: string, next: readonly string[]): string {
  const conf = parseKongConf(text);
  const entry = findEntry(conf, PLUGINS);
  if (!entry) return setValue(text, PLUGINS, next.join(','));
  const spans = spansOf(entry);
  const kept = spans.filter(({ item }) => next.includes(item));
  const isPrefix = kept.every(({ item }, index) => item === next[index]);
  if (kept.length === 0 || !isPrefix)
    return spliceEntry(conf, entry, replaceValue(entry, next.map(escapeValue).join(',')));
  const gone = spans.find(({ item }) => !next.includes(item));
  if (gone) {
    const dropped = drop({ conf, entry, spans }, gone);
    const isMeant = itemsIn(dropped) === itemsOf(spans.filter((span) => span !== gone));
    // A comment that goes on over several lines can become a part of the list: refused by the caller.
    return isMeant ? edit(dropped, next) : dropped;
  }
  return append({ conf, entry, spans }, next.slice(spans.length));
}

interface List {
  readonly conf: KongConf;
  readonly entry: ConfEntry;
  readonly spans: readonly Span[];
}

/** An item, and where it stands in the entry's text, with the blanks around it. */
interface Span {
  readonly item: string;
  readonly start: number;
  readonly end: number;
  /** How many blanks it begins with. */
  readonly indent: number;
}

function spansOf(entry: ConfEntry): readonly Span[] {
  const { raw, start } = readValue(entry);
  let offset = start;
  return raw.split(',').map((written) => {
    const span = {
      start: offset,
      end: offset + written.length,
      indent: countLeadingBlanks(written),
    };
    offset = span.end + 1;
    return { ...span, item: splitList(written)[0]?.replaceAll('\\#', '#') ?? '' };
  });
}

const itemsOf = (spans: readonly Span[]): string => spans.map(({ item }) => item).join();

function itemsIn(text: string): string {
  const entry = findEntry(parseKongConf(text), PLUGINS);
  return entry ? itemsOf(spansOf(entry)) : '';
}

/** With the comma behind it, or before it where it is the last. */
function drop({ conf, entry, spans }: List, gone: Span): string {
  const { start, end } = gone;
  const next = spans[spans.indexOf(gone) + 1];
  if (!next) return spliceEntry(conf, entry, { start: start - 1, end, text: '' });
  // What stands first takes the blanks behind its comma along.
  const behind = gone === spans[0] ? next.start + next.indent : next.start;
  return spliceEntry(conf, entry, { start, end: behind, text: '' });
}

function append({ conf, entry }: List, items: readonly string[]): string {
  const { raw, end } = readValue(entry);
  const comma = /,[ \t]/.test(raw) ? ', ' : ',';
  const text = items.map((item) => comma + escapeValue(item)).join('');
  return spliceEntry(conf, entry, { start: end, end, text });
}
