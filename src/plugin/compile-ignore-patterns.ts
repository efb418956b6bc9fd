import { KongcrateError } from '../errors/kongcrate-error.ts';
import { matchesGlob } from './matches-glob.ts';

/** Each pattern is held against each file: without a limit that takes hours. */
const MAX_TEXT_LENGTH = 8192;

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
 * @throws KongcrateError PLUGIN_REFUSED (TOO_MUCH) for more than 8192 characters
 */
export function compileIgnorePatterns(text: string): IsIgnored {
  if (text.length > MAX_TEXT_LENGTH) throw tooLong(text.length);
  const rules = text.split(/\r?\n/).flatMap(readRule);
  const excludes = (segments: readonly string[], isDirectory: boolean): boolean =>
    rules.findLast(
      (rule) => (isDirectory || !rule.directoriesOnly) && matchesGlob(rule.segments, segments),
    )?.negated === false;
  const directories = new Map<string, boolean>();
  // gitignore(5): a file cannot be taken back when one of its directories is excluded.
  const excludesDirectory = (path: string): boolean => {
    const known = directories.get(path);
    if (known !== undefined) return known;
    const isExcluded = isBelowExcluded(path) || excludes(path.split('/'), true);
    directories.set(path, isExcluded);
    return isExcluded;
  };
  const isBelowExcluded = (path: string): boolean => {
    const end = path.lastIndexOf('/');
    return end >= 0 && excludesDirectory(path.slice(0, end));
  };
  return (path, kind = 'file') =>
    kind === 'directory'
      ? excludesDirectory(path)
      : isBelowExcluded(path) || excludes(path.split('/'), false);
}

function tooLong(length: number): KongcrateError {
  return new KongcrateError(
    'PLUGIN_REFUSED',
    `a .kongcrateignore has ${length} characters, more than ${MAX_TEXT_LENGTH}`,
    {
      remedy: 'Name directories instead of single files: a line such as docs/ or **/*.bak.',
      details: { reason: 'TOO_MUCH' },
    },
  );
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
