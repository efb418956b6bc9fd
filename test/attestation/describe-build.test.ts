import { describe, expect, it } from 'vitest';
import { describeBuild } from '../../src/attestation/provenance/describe-build.ts';
import { readBuild } from '../../src/attestation/provenance/read-build.ts';
import { expectError } from '../support/expect-error.ts';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const GITHUB = {
  GITHUB_ACTIONS: 'true',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_REPOSITORY: 'acme/my-plugin',
  GITHUB_WORKFLOW_REF: 'acme/my-plugin/.github/workflows/release.yml@refs/tags/v1.2.0',
  GITHUB_RUN_ID: '17',
  GITHUB_RUN_ATTEMPT: '2',
  GITHUB_REF: 'refs/tags/v1.2.0',
  GITHUB_SHA: COMMIT,
  GITHUB_EVENT_NAME: 'push',
  GITHUB_REPOSITORY_ID: '1',
  GITHUB_REPOSITORY_OWNER_ID: '2',
  RUNNER_ENVIRONMENT: 'github-hosted',
};
const GITLAB = {
  GITLAB_CI: 'true',
  CI_PROJECT_URL: 'https://gitlab.com/acme/my-plugin',
  CI_RUNNER_ID: '5',
  CI_JOB_URL: 'https://gitlab.com/acme/my-plugin/-/jobs/9',
  CI_JOB_STARTED_AT: '2026-11-22T10:00:00+01:00',
  CI_COMMIT_REF_NAME: 'main',
  CI_COMMIT_SHA: COMMIT,
  CI_JOB_NAME: 'release',
  CI_PIPELINE_SOURCE: 'push',
  CI_PROJECT_ID: '3',
  CI_CONFIG_PATH: '.gitlab-ci.yml',
};
const describeIn = (environment: Readonly<Record<string, string>>): object =>
  describeBuild({
    build: readBuild(environment),
    version: '0.1.0',
    startedAt: new Date('2026-11-22T10:14:58.123Z'),
  });

/** slsa.dev/spec/v1.0/provenance, "Schema": all that is required, and what we can know beside it. */
describe('provenance', () => {
  it.each([
    [
      'GitHub Actions',
      GITHUB,
      {
        repository: 'https://github.com/acme/my-plugin',
        ref: 'refs/tags/v1.2.0',
        entryPoint: '.github/workflows/release.yml',
      },
      `https://github.com/${GITHUB.GITHUB_WORKFLOW_REF}`,
      'https://github.com/acme/my-plugin/actions/runs/17/attempts/2',
      '2026-11-22T10:14:58Z',
    ],
    [
      'GitLab CI',
      GITLAB,
      { repository: GITLAB.CI_PROJECT_URL, ref: 'refs/heads/main', entryPoint: 'release' },
      'https://gitlab.com/acme/my-plugin/-/runners/5',
      GITLAB.CI_JOB_URL,
      '2026-11-22T09:00:00Z',
    ],
  ])('of %s', (_ci, environment, externalParameters, id, invocationId, startedOn) => {
    const { repository, ref } = externalParameters;
    expect(describeIn(environment)).toEqual({
      buildDefinition: {
        buildType: 'https://kongcrate.dev/publish/v1',
        externalParameters,
        internalParameters: expect.any(Object) as object,
        resolvedDependencies: [{ uri: `git+${repository}@${ref}`, digest: { gitCommit: COMMIT } }],
      },
      runDetails: {
        builder: { id, version: { kongcrate: '0.1.0' } },
        metadata: { invocationId, startedOn },
      },
    });
  });

  it('is refused without a CI, and without any of the variables', async () => {
    await expectError(() => readBuild({}), 'USAGE');
    for (const environment of [GITHUB, GITLAB])
      for (const name of Object.keys(environment))
        await expectError(() => readBuild({ ...environment, [name]: '' }), 'USAGE');
    await expectError(() => readBuild({ ...GITHUB, GITHUB_SHA: 'main' }), 'USAGE');
    await expectError(() => readBuild({ ...GITLAB, CI_JOB_STARTED_AT: 'now' }), 'USAGE');
  });
});
