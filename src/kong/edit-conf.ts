import { KongcrateError } from '../errors/kongcrate-error.ts';
import { isBlank, trimBlanks } from './blanks.ts';
import { escapeValue, readValue } from './conf-value.ts';
import { findEntry, isPassedOver, parseKongConf } from './kong-conf.ts';
import type { ConfEntry, KongConf, Piece } from './kong-conf.ts';
import { splitList } from './plugin-list.ts';

/** A stretch of an entry's text, and what comes in its place. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Replaces a stretch of an entry; every byte outside it stays. A line of a continuation of which only
 * blanks are left goes, and one of which only a comment is left ends the continuation before it:
 * Kong's reader passes over both, and would take the next setting for the end of this one.
 * @returns the new file
 */
export function spliceEntry({ lines }: KongConf, entry: ConfEntry, splice: Splice): string {
  const edited = [...lines];
  let offset = 0;
  let last = 0;
  entry.pieces.forEach(({ line, length }, index) => {
    const whole = lines[line] ?? '';
    const piece = splicePiece(whole.slice(0, length), splice, offset);
    offset += length;
    edited[line] = index > 0 && isBlank(piece) ? '' : piece + whole.slice(length);
    if (!isPassedOver(piece)) last = index;
  });
  if (last < entry.pieces.length - 1) endAt(edited, entry.pieces[last]);
  return edited.join('');
}

/** The text goes behind the last character before the stretch; a value always has its key there. */
function splicePiece(piece: string, { start, end, text }: Splice, offset: number): string {
  const from = clamp(start - offset, piece.length);
  const to = clamp(end - offset, piece.length);
  const holdsStart = start > offset && start <= offset + piece.length;
  return piece.slice(0, from) + (holdsStart ? text : '') + piece.slice(to);
}

const clamp = (value: number, most: number): number => Math.min(Math.max(value, 0), most);

/** Takes the backslash away from what is the last line now. */
function endAt(lines: string[], piece: Piece | undefined): void {
  if (!piece) return;
  const line = lines[piece.line] ?? '';
  const backslash = line.lastIndexOf('\\');
  lines[piece.line] = line.slice(0, backslash) + line.slice(backslash + 1);
}

/**
 * Gives a setting another value, where it stands or, if it stands nowhere, on a line of its own where
 * Kong sees it: before the first section, otherwise at the end.
 * @param value one byte a character
 * @returns the new file
 */
export function setValue(text: string, key: string, value: string): string {
  const conf = parseKongConf(text);
  const entry = findEntry(conf, key);
  if (!entry) return insertLine(conf, `${key} = ${escapeValue(value)}`);
  return spliceEntry(conf, entry, replaceValue(entry, escapeValue(value)));
}

/** Replaces the whole value of an entry, with a blank on both sides where there was none. */
export function replaceValue(entry: ConfEntry, written: string): Splice {
  const { raw, start, end } = readValue(entry);
  const before = entry.text[start - 1] === '=' && raw === '' ? ' ' : '';
  const after = raw === '' && entry.text[end] === '#' ? ' ' : '';
  return { start, end, text: before + written + after };
}

function insertLine({ lines, entries }: KongConf, content: string): string {
  const lineEnd = lines[0]?.endsWith('\r\n') ? '\r\n' : '\n';
  const barrier = entries.find(({ kind }) => kind !== 'setting');
  const at = barrier?.pieces[0]?.line ?? lines.length;
  const before = lines.slice(0, at).join('');
  const gap = before === '' || before.endsWith('\n') ? '' : lineEnd;
  return [before, gap, content, lineEnd, ...lines.slice(at)].join('');
}

/**
 * Holds an edited file against what it should say: that setting, and for the rest what it said.
 * @returns the edited file
 * @throws KongcrateError USAGE where Kong would read something else
 */
export function demandEdited(
  text: string,
  edited: string,
  { key, value }: { readonly key: string; readonly value: string },
): string {
  const conf = parseKongConf(edited);
  const entry = findEntry(conf, key);
  const found = entry && splitList(readValue(entry).value).join();
  const isMeant = found === splitList(value).join();
  if (isMeant && otherEntries(conf, key) === otherEntries(parseKongConf(text), key)) return edited;
  throw new KongcrateError('USAGE', `the ${key} line of this kong.conf cannot be edited safely`, {
    remedy: `Write it by hand, on one line and above every section: ${key} = ${value}`,
  });
}

/** Everything that Kong's reader takes from a file but one setting; as a text to compare. */
function otherEntries({ entries }: KongConf, but: string): string {
  const others = entries.filter(({ kind, key, isHidden }) => {
    return kind !== 'setting' || isHidden || key !== but;
  });
  return JSON.stringify(
    others.map(({ kind, isHidden, text }) => [kind, isHidden, trimBlanks(text)]),
  );
}
