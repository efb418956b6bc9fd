/** What a CI says of the build that runs, as provenance takes it. */
export interface Build {
  /** SLSA's name of who runs builds: whoever trusts it trusts what it says. */
  readonly builderId: string;
  /** One run of it. */
  readonly invocationId: string;
  /** When the job began, where the CI says so. */
  readonly startedAt?: string;
  /** Where the source is, without credentials, such as `https://github.com/acme/my-plugin`. */
  readonly repository: string;
  /** The branch or tag that was built, such as `refs/tags/v1.2.0`. */
  readonly ref: string;
  /** The commit, in hexadecimal digits. */
  readonly commit: string;
  /** What the repository has the CI do: a workflow's path, a job's name. */
  readonly entryPoint: string;
  /** What else the CI says of itself. */
  readonly internal: Readonly<Record<string, string>>;
}

/** The variables of an environment. */
export type Environment = Readonly<Record<string, string | undefined>>;
