import { wholeOf } from '../content/byte-source.ts';
import { compileIgnorePatterns, type IsIgnored } from './compile-ignore-patterns.ts';
import type { SourceFile } from './source-file.ts';

export const IGNORE_FILE = '.kongcrateignore';

/** Whether something is left out before it is read; paths are relative to the source. */
export type IsVisible = (path: string, kind: 'file' | 'directory') => boolean;

/**
 * What packing looks at: neither hidden files, nor leftovers, tests and installed packages, nor
 * what ignore files name.
 * @param ignoreTexts the ignore files by their directory: empty for the top, else with a `/` at
 *   its end
 */
export function visibleTo(ignoreTexts: ReadonlyMap<string, string>): IsVisible {
  const ignores = [...ignoreTexts].map(([directory, text]): IsIgnored => {
    const isIgnored = compileIgnorePatterns(text);
    return (path, kind) =>
      path.startsWith(directory) && isIgnored(path.slice(directory.length), kind);
  });
  return (path, kind) => {
    const whole = kind === 'directory' ? `${path}/` : path;
    if (isHiddenOrTest(whole) || isLeftover(whole)) return false;
    return !ignores.some((isIgnored) => isIgnored(path, kind));
  };
}

/** The visible files of a source that is at hand; ignore files count where a plugin begins. */
export function visibleFiles(source: readonly SourceFile[]): readonly SourceFile[] {
  const beginnings = new Set(['', ...source.flatMap(({ path }) => beginningsOf(path))]);
  const ignoreTexts = new Map<string, string>();
  for (const { path, bytes } of source) {
    const directory = path.slice(0, path.lastIndexOf('/') + 1);
    if (path === directory + IGNORE_FILE && beginnings.has(directory))
      ignoreTexts.set(directory, new TextDecoder().decode(wholeOf(bytes)));
  }
  const isVisible = visibleTo(ignoreTexts);
  return source.filter(({ path }) => isVisible(path, 'file'));
}

/** Whether a file of that name makes its directory one that can be packed by itself. */
export function beginsPlugin(name: string): boolean {
  return name === 'handler.lua' || name.endsWith('.rockspec');
}

function beginningsOf(path: string): readonly string[] {
  const end = path.lastIndexOf('/') + 1;
  const root = /^(|.*\/)kong\/plugins\//.exec(path)?.[1];
  return [
    ...(beginsPlugin(path.slice(end)) ? [path.slice(0, end)] : []),
    ...(root === undefined ? [] : [root]),
  ];
}

/** Names that begin with a dot (`.git`, `.env`, `.wh.*`, `._*`), editors' backups, and `spec/`. */
export function isHiddenOrTest(path: string): boolean {
  // A plugin may be named spec.
  return /(?:^|\/)(?:\.|(?<!(?:^|\/)kong\/plugins\/)spec\/)|~(?:\/|$)/.test(path);
}

function isLeftover(path: string): boolean {
  return /(?:^|\/)node_modules\/|\.(?:orig|rej)(?:\/|$)/.test(path);
}
