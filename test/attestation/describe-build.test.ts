import { describe, expect, it } from 'vitest';
import { describeBuild } from '../../src/attestation/provenance/describe-build.ts';
import { readBuild } from '../../src/attestation/provenance/read-build.ts';
import { GITHUB, GITLAB } from '../support/ci-environments.ts';
import { expectError } from '../support/expect-error.ts';

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
        buildType: 'urn:kongcrate:publish:v1',
        externalParameters,
        internalParameters: expect.any(Object) as object,
        resolvedDependencies: [
          { uri: `git+${repository}@${ref}`, digest: { gitCommit: GITHUB.GITHUB_SHA } },
        ],
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

  it('has no credentials, wherever a runner put them', async () => {
    const CI_PROJECT_URL = 'https://gitlab-ci-token:s3cret@gitlab.com/acme/my-plugin?token=s3cret';
    const CI_JOB_URL = `${GITLAB.CI_JOB_URL}?private_token=s3cret`;
    const said = describeIn({ ...GITLAB, CI_PROJECT_URL, CI_JOB_URL });
    expect(said).toEqual(describeIn(GITLAB));
    const CI_CONFIG_PATH = 'https://u:s3cret@example.com/ci/release.yml?token=s3cret';
    expect(readBuild({ ...GITLAB, CI_CONFIG_PATH }).internal).toMatchObject({
      configPath: 'https://example.com/ci/release.yml',
    });
    const environment = { ...GITHUB, GITHUB_SERVER_URL: 'u:s3cret@' };
    const error = await expectError(() => readBuild(environment), 'USAGE');
    expect(error.message).not.toContain('s3cret');
  });
});
