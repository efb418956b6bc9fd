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

/** The visible files of a source that is at hand; ignore files count where a plugin's tree begins. */
export function visibleFiles(source: readonly SourceFile[]): readonly SourceFile[] {
  const ignoreTexts = new Map<string, string>();
  for (const { path, bytes } of source) {
    const directory = ignoreDirectoryOf(path);
    if (directory !== undefined && isTreeRoot(directory, source))
      ignoreTexts.set(directory, new TextDecoder().decode(bytes));
  }
  const isVisible = visibleTo(ignoreTexts);
  return source.filter(({ path }) => isVisible(path, 'file'));
}

/** The directory of an ignore file at the top or one below it. */
function ignoreDirectoryOf(path: string): string | undefined {
  const directory = path.slice(0, path.length - IGNORE_FILE.length);
  return path.endsWith(IGNORE_FILE) && /^(?:[^/]+\/)?$/.test(directory) ? directory : undefined;
}

function isTreeRoot(directory: string, source: readonly SourceFile[]): boolean {
  return (
    directory === '' || source.some(({ path }) => path.startsWith(`${directory}kong/plugins/`))
  );
}

/** Names that begin with a dot (`.git`, `.env`, `.wh.*`, `._*`), editors' backups, and `spec/`. */
export function isHiddenOrTest(path: string): boolean {
  // A plugin may be named spec.
  return /(?:^|\/)(?:\.|(?<!(?:^|\/)kong\/plugins\/)spec\/)|~(?:\/|$)/.test(path);
}

function isLeftover(path: string): boolean {
  return /(?:^|\/)node_modules\/|\.(?:orig|rej)(?:\/|$)/.test(path);
}
