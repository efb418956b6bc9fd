import type { Build } from './build.ts';

/** What `externalParameters` hold and mean: docs/attestations.md. No domain is ours to name it by. */
const BUILD_TYPE = 'urn:kongcrate:publish:v1';
export const PROVENANCE_TYPE = 'https://slsa.dev/provenance/v1';

/** What the environment of the build says, and what kongcrate knows itself. */
export interface BuildFacts {
  readonly build: Build;
  /** Of kongcrate. */
  readonly version: string;
  /** When this command began; counts where the CI does not say when its job did. */
  readonly startedAt: Date;
}

/**
 * The predicate of SLSA provenance v1 for a build: who built it, from which commit, and how
 * (slsa.dev/spec/v1.0/provenance). When it finished is not known before it is signed.
 */
export function describeBuild({ build, version, startedAt }: BuildFacts): object {
  const { repository, ref, commit, entryPoint, internal } = build;
  return {
    buildDefinition: {
      buildType: BUILD_TYPE,
      externalParameters: { repository, ref, entryPoint },
      internalParameters: internal,
      resolvedDependencies: [{ uri: `git+${repository}@${ref}`, digest: { gitCommit: commit } }],
    },
    runDetails: {
      builder: { id: build.builderId, version: { kongcrate: version } },
      metadata: {
        invocationId: build.invocationId,
        startedOn: build.startedAt ?? `${startedAt.toISOString().slice(0, 19)}Z`,
      },
    },
  };
}
