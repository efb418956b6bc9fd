/** What can be wrong with a node; stable, documented in docs/doctor.md. */
export type DoctorCode =
  | 'list-mangled'
  | 'list-off'
  | 'line-not-read'
  | 'file-overridden'
  | 'file-not-applied'
  | 'lua-path-malformed'
  | 'default-path-missing'
  | 'path-not-searched'
  | 'wrong-level'
  | 'name-differs'
  | 'file-missing'
  | 'dangling-link'
  | 'closed-to-workers'
  | 'not-installed'
  | 'another-copy'
  | 'not-enabled'
  | 'missing-dependency'
  | 'does-not-load'
  | 'failed-reload'
  | 'not-ready'
  | 'data-plane-behind'
  | 'version-does-not-fit'
  | 'files-differ'
  | 'modes-differ'
  | 'link-missing'
  | 'unsigned'
  | 'quarantined'
  | 'state-damaged';

/** What mends a finding without a risk. */
export type Mend =
  | { readonly kind: 'plugin-list' }
  | { readonly kind: 'modes'; readonly paths: readonly string[] }
  | { readonly kind: 'links' };

/** One thing that is wrong with a node. */
export interface DoctorFinding {
  readonly code: DoctorCode;
  /** An error keeps Kong from starting, or a plugin from being served as it is meant to be. */
  readonly severity: 'error' | 'warning';
  /** One sentence with the offending value. */
  readonly cause: string;
  /** Where it shows: `file:line: text`, a path with its mode, a line of a log. */
  readonly evidence: readonly string[];
  /** One command or one edit. */
  readonly fix: string;
  /** Which plugins it is about; empty where it is about the node. */
  readonly plugins: readonly string[];
  /** Absent where a person has to decide. */
  readonly mend?: Mend;
}
