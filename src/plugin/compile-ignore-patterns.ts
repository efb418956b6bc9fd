import { matchesGlob } from './matches-glob.ts';

interface IgnoreRule {
  /** The pattern by segments; a `**` stands for any number of them. */
  readonly segments: readonly string[];
  readonly directoriesOnly: boolean;
  readonly negated: boolean;
}

export type IsIgnored = (path: string, kind?: 'file' | 'directory') => boolean;

/**
 * Compiles a `.kongcrateignore`, in a subset of gitignore(5): comments, blank lines, `*`, `**`,
 * `?`, a leading or inner `/` to anchor, a trailing `/` for directories, `!` to take back.
 * @returns whether a file or directory is left out; paths are relative to the directory of the
 *   ignore file
 */
export function compileIgnorePatterns(text: string): IsIgnored {
  const rules = text.split(/\r?\n/).flatMap(readRule);
  const excludes = (segments: readonly string[], isDirectory: boolean): boolean =>
    rules.findLast(
      (rule) => (isDirectory || !rule.directoriesOnly) && matchesGlob(rule.segments, segments),
    )?.negated === false;
  return (path, kind = 'file') => {
    const segments = path.split('/');
    const last = segments.length - 1;
    // gitignore(5): a file cannot be taken back when one of its directories is excluded.
    return segments.some((_, index) =>
      excludes(segments.slice(0, index + 1), index < last || kind === 'directory'),
    );
  };
}

function readRule(line: string): readonly IgnoreRule[] {
  const trimmed = line.trimEnd();
  if (trimmed === '' || trimmed.startsWith('#')) return [];
  const negated = trimmed.startsWith('!');
  const pattern = trimmed.slice(negated ? 1 : 0).replace(/^\\(?=[#!])/, '');
  const body = pattern.replace(/\/$/, '');
  const anchored = body.includes('/');
  const segments = body.replace(/^\//, '').split('/');
  return [
    {
      segments: joinStars([
        ...(anchored ? [] : ['**']),
        ...segments,
        // gitignore(5): a trailing `/**` matches what is inside, not the directory itself.
        ...(segments.at(-1) === '**' ? ['*'] : []),
      ]),
      directoriesOnly: pattern.endsWith('/'),
      negated,
    },
  ];
}

function joinStars(segments: readonly string[]): readonly string[] {
  return segments.filter((segment, index) => segment !== '**' || segments[index - 1] !== '**');
}
