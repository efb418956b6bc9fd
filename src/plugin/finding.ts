/** One reason why a plugin should not be shipped as it is. */
export interface Finding {
  /** An error stops `pack` and `publish`; a warning is shown. */
  readonly severity: 'error' | 'warning';
  /** Stable, in kebab-case: what a script or a configuration can name. */
  readonly rule: string;
  /** As in the source: relative, with `/`. */
  readonly file: string;
  /** Counted from 1; 1 where the finding is about the whole file. */
  readonly line: number;
  /** Why Kong would refuse it, in Kong's own terms where it has them. */
  readonly message: string;
  readonly remedy: string;
}
