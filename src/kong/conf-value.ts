import { countLeadingBlanks, trimBlanks } from './blanks.ts';
import type { ConfEntry } from './kong-conf.ts';

/** The value of a setting, and where it stands in its entry's text. */
export interface ConfValue {
  /** As Kong has it: without trailing comment and blanks, `\#` as `#`. */
  readonly value: string;
  /** As it is written, from `start` to before `end` in the entry's text. */
  readonly raw: string;
  readonly start: number;
  readonly end: number;
}

/** Reads the value of a setting. */
export function readValue({ text }: ConfEntry): ConfValue {
  const behind = text.indexOf('=') + 1;
  const start = behind + countLeadingBlanks(text.slice(behind));
  const rest = text.slice(start);
  // Kong's own expression: no blank is needed before the #, only a backslash keeps it.
  const comment = /(?<!\\)#/.exec(rest)?.index;
  const raw = trimBlanks(rest.slice(0, comment));
  const value = comment === undefined ? asNumberText(raw) : raw;
  return { value: value.replaceAll('\\#', '#'), raw, start, end: start + raw.length };
}

/** pl.config makes a number of a value that looks like one, and Kong a text again: `007` is `7`. */
function asNumberText(raw: string): string {
  return /^[\d+-]/.test(raw) && Number.isFinite(Number(raw)) ? String(Number(raw)) : raw;
}

/** Text for a value, where `#` would start a comment. */
export function escapeValue(value: string): string {
  return value.replaceAll('#', '\\#');
}
