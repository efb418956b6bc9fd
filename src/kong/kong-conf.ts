import { isBlank, trimBlanks } from './blanks.ts';

/**
 * The lines of a kong.conf as Kong's reader takes them: Penlight's `pl.config` without a list
 * delimiter. Texts hold one byte a character (latin1), so that whatever stands in the file comes
 * out again.
 */
export interface KongConf {
  /** Every line with its end; joined they are the file. */
  readonly lines: readonly string[];
  readonly entries: readonly ConfEntry[];
}

/** A logical line: one line, or several that a backslash at the end joins. */
export interface ConfEntry {
  /** `unfinished`: the file ends in a continuation, and Kong's reader drops the whole entry. */
  readonly kind: 'setting' | 'section' | 'unfinished';
  /** The setting's name, or the section's; empty for a line without `=`. */
  readonly key: string;
  /** Behind a `[section]` a setting belongs to it, and Kong never sees it. */
  readonly isHidden: boolean;
  readonly pieces: readonly Piece[];
  /** The pieces joined. */
  readonly text: string;
}

/** What a line gives to a logical line: its first `length` characters. */
export interface Piece {
  readonly line: number;
  readonly length: number;
}

/** Reads a kong.conf. Nothing is refused: Kong's reader takes any text. */
export function parseKongConf(text: string): KongConf {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const entries: ConfEntry[] = [];
  let pieces: Piece[] = [];
  let isHidden = false;
  const finish = (isUnfinished: boolean): void => {
    const joined = pieces.map(({ line, length }) => lines[line]?.slice(0, length) ?? '').join('');
    const entry = describe(joined, isUnfinished);
    entries.push({ ...entry, isHidden, pieces, text: joined });
    isHidden ||= entry.kind === 'section';
    pieces = [];
  };
  lines.forEach((whole, line) => {
    const content = whole.replace(/\n$/, '');
    // Passed over between the lines of a continuation too, which goes on behind them.
    if (isPassedOver(content)) return;
    const length = content.lastIndexOf('\\');
    const isContinued = length >= 0 && isBlank(content.slice(length + 1));
    pieces.push({ line, length: isContinued ? length : content.length });
    if (!isContinued) finish(false);
  });
  if (pieces.length > 0) finish(true);
  return { lines, entries };
}

/** Whether a line says nothing: it is blank, or a comment. */
export function isPassedOver(line: string): boolean {
  return isBlank(line) || /^[;#]/.test(trimBlanks(line));
}

function describe(text: string, isUnfinished: boolean): Pick<ConfEntry, 'kind' | 'key'> {
  // A text without = is an item of a list that Kong does not read.
  const key = asIdentifier(trimBlanks(text.slice(0, Math.max(text.indexOf('='), 0))));
  if (isUnfinished) return { kind: 'unfinished', key };
  // Only in the first column: with blanks before it, it is no section.
  if (!text.startsWith('[')) return { kind: 'setting', key };
  return { kind: 'section', key: asIdentifier(text.slice(1).split(']', 1)[0] ?? '') };
}

/** `lua-package.path` is `lua_package_path`; the three bytes of a byte order mark become `___`. */
function asIdentifier(key: string): string {
  return key.replace(/[^A-Za-z0-9]/g, '_');
}

/**
 * The entry that decides a setting: of several, the last one.
 * @param key such as `plugins`; settings are told apart by case
 */
export function findEntry({ entries }: KongConf, key: string): ConfEntry | undefined {
  return entries.findLast(
    (entry) => entry.kind === 'setting' && !entry.isHidden && entry.key === key,
  );
}
