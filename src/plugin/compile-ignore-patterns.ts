interface IgnoreRule {
  readonly expression: RegExp;
  readonly directoriesOnly: boolean;
  readonly negated: boolean;
}

/**
 * Compiles a `.kongcrateignore`, in a subset of gitignore(5): comments, blank lines, `*`, `**`,
 * `?`, a leading or inner `/` to anchor, a trailing `/` for directories, `!` to take back.
 * @returns whether a file is left out; paths are relative to the directory of the ignore file
 */
export function compileIgnorePatterns(text: string): (path: string) => boolean {
  const rules = text.split(/\r?\n/).flatMap(readRule);
  const excludes = (path: string, isDirectory: boolean): boolean =>
    rules.findLast((rule) => (isDirectory || !rule.directoriesOnly) && rule.expression.test(path))
      ?.negated === false;
  return (path) => {
    const segments = path.split('/');
    // gitignore(5): a file cannot be taken back when one of its directories is excluded.
    return segments.some((_, index) =>
      excludes(segments.slice(0, index + 1).join('/'), index < segments.length - 1),
    );
  };
}

function readRule(line: string): readonly IgnoreRule[] {
  const trimmed = line.trimEnd();
  if (trimmed === '' || trimmed.startsWith('#')) return [];
  const negated = trimmed.startsWith('!');
  const pattern = trimmed.slice(negated ? 1 : 0).replace(/^\\(?=[#!])/, '');
  const directoriesOnly = pattern.endsWith('/');
  const body = pattern.replace(/\/$/, '');
  const anchored = body.includes('/');
  const source = `${anchored ? '' : '(?:.*/)?'}${toExpression(body.replace(/^\//, ''))}`;
  return [{ expression: new RegExp(`^${source}$`, 's'), directoriesOnly, negated }];
}

function toExpression(glob: string): string {
  return glob.replace(/\*\*\/|\/\*\*$|\*+|\?|[\\^$.|+()[\]{}]/g, (token) => {
    if (token === '**/') return '(?:.*/)?';
    if (token === '/**') return '/.+';
    if (token === '?') return '[^/]';
    return token.startsWith('*') ? '[^/]*' : `\\${token}`;
  });
}
