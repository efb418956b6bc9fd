import { readValue } from '../conf-value.ts';
import { findEntry, parseKongConf, type ConfEntry } from '../kong-conf.ts';
import { lineOf } from '../unread-lines.ts';
import type { ConfFile } from './patient.ts';

/** A setting as it stands in a file. */
export interface SettingLine {
  readonly value: string;
  /** `file:line: text`, for people. */
  readonly place: string;
}

/** The line that decides a setting, by Kong's own rules. */
export function findSetting({ path, text }: ConfFile, key: string): SettingLine | undefined {
  const entry = findEntry(parseKongConf(text), key);
  if (!entry) return undefined;
  const place = `${path}:${lineOf(entry)}: ${firstLineOf(entry)}`;
  return { value: decode(readValue(entry).value), place };
}

/** What a backslash at its end has drawn in behind it can be a password. */
export function firstLineOf({ text, pieces }: ConfEntry): string {
  return decode(text.slice(0, pieces[0]?.length)).trim();
}

/** Texts of a kong.conf hold one byte a character. */
export function decode(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString();
}
