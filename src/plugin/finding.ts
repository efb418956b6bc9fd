import type { LintRule } from './lint-rules.ts';

/** One reason why a plugin should not be shipped as it is. */
export interface Finding {
  /** An error stops `pack` and `publish`; a warning is shown. */
  readonly severity: 'error' | 'warning';
  /** Stable: what a script or a configuration can name; docs/lint.md has them all. */
  readonly rule: LintRule;
  /** As in the source: relative, with `/`; a directory has one at its end. */
  readonly file: string;
  /** Counted from 1; 1 where the finding is about the whole file. */
  readonly line: number;
  /** Why Kong would refuse it, in Kong's own terms where it has them. */
  readonly message: string;
  readonly remedy: string;
}

/** Where a finding is, as compilers print it: `file:line`, or a directory with its `/`. */
export function placeOf({ file, line }: Finding): string {
  return file.endsWith('/') ? file : `${file}:${line}`;
}

/** A finding as compilers print it: `file:line: message`. */
export function describeFinding(finding: Finding): string {
  return `${placeOf(finding)}: ${finding.message}`;
}
