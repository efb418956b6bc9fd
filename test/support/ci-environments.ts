/** The variables that GitHub Actions sets for a job which a tag has started. */
export const GITHUB = {
  GITHUB_ACTIONS: 'true',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_REPOSITORY: 'acme/my-plugin',
  GITHUB_WORKFLOW_REF: 'acme/my-plugin/.github/workflows/release.yml@refs/tags/v1.2.0',
  GITHUB_RUN_ID: '17',
  GITHUB_RUN_ATTEMPT: '2',
  GITHUB_REF: 'refs/tags/v1.2.0',
  GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
  GITHUB_EVENT_NAME: 'push',
  GITHUB_REPOSITORY_ID: '1',
  GITHUB_REPOSITORY_OWNER_ID: '2',
  RUNNER_ENVIRONMENT: 'github-hosted',
} as const;

/** The variables that GitLab CI sets for a job on a branch. */
export const GITLAB = {
  GITLAB_CI: 'true',
  CI_PROJECT_URL: 'https://gitlab.com/acme/my-plugin',
  CI_RUNNER_ID: '5',
  CI_JOB_URL: 'https://gitlab.com/acme/my-plugin/-/jobs/9',
  CI_JOB_STARTED_AT: '2026-11-22T10:00:00+01:00',
  CI_COMMIT_REF_NAME: 'main',
  CI_COMMIT_SHA: '0123456789abcdef0123456789abcdef01234567',
  CI_JOB_NAME: 'release',
  CI_PIPELINE_SOURCE: 'push',
  CI_PROJECT_ID: '3',
  CI_CONFIG_PATH: '.gitlab-ci.yml',
} as const;
