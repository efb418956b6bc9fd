import { compileIgnorePatterns } from './compile-ignore-patterns.ts';
import type { SourceFile } from './source-file.ts';

const IGNORE_FILE = '.kongcrateignore';

/** What packing looks at: neither hidden files, nor leftovers, tests and installed packages. */
export function visibleFiles(source: readonly SourceFile[]): readonly SourceFile[] {
  const ignoreFile = source.find(({ path }) => path === IGNORE_FILE);
  const text = ignoreFile === undefined ? '' : new TextDecoder().decode(ignoreFile.bytes);
  const isIgnored = compileIgnorePatterns(text);
  return source.filter(
    ({ path }) => !isHiddenOrTest(path) && !isLeftover(path) && !isIgnored(path),
  );
}

/** Names that begin with a dot (`.git`, `.env`, `.wh.*`, `._*`), editors' backups, and `spec/`. */
export function isHiddenOrTest(path: string): boolean {
  return /(?:^|\/)(?:\.|spec\/)|~(?:\/|$)/.test(path);
}

function isLeftover(path: string): boolean {
  return /(?:^|\/)node_modules\/|\.(?:orig|rej)(?:\/|$)/.test(path);
}
