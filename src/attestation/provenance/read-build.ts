import { KongcrateError } from '../../errors/kongcrate-error.ts';
import type { Build, Environment } from './build.ts';

/**
 * Reads which build runs from the variables of GitHub Actions or GitLab CI. Nothing is invented:
 * without a CI, or without one of its variables, there is no provenance.
 * @throws KongcrateError USAGE
 */
export function readBuild(environment: Environment): Build {
  if (environment['GITHUB_ACTIONS'] === 'true') return readGitHub(environment);
  if (environment['GITLAB_CI'] === 'true') return readGitLab(environment);
  throw new KongcrateError('USAGE', 'provenance is said of a build in a CI, and this is none', {
    remedy: 'Publish in GitHub Actions or GitLab CI, or leave --provenance out.',
  });
}

/** GitHub, "Default environment variables"; the builder as actions/attest-build-provenance has it. */
function readGitHub(environment: Environment): Build {
  const value = reader(environment);
  const server = placeOf(value, 'GITHUB_SERVER_URL');
  const name = value('GITHUB_REPOSITORY');
  const repository = `${server}/${name}`;
  const workflow = value('GITHUB_WORKFLOW_REF');
  const run = `${value('GITHUB_RUN_ID')}/attempts/${value('GITHUB_RUN_ATTEMPT')}`;
  return {
    builderId: `${server}/${workflow}`,
    invocationId: `${repository}/actions/runs/${run}`,
    repository,
    ref: value('GITHUB_REF'),
    commit: commitOf(value('GITHUB_SHA')),
    entryPoint: workflow.replace(`${name}/`, '').replace(/@.*$/, ''),
    internal: {
      eventName: value('GITHUB_EVENT_NAME'),
      repositoryId: value('GITHUB_REPOSITORY_ID'),
      repositoryOwnerId: value('GITHUB_REPOSITORY_OWNER_ID'),
      runnerEnvironment: value('RUNNER_ENVIRONMENT'),
    },
  };
}

/** GitLab, "Predefined CI/CD variables"; the builder as GitLab's own runner names it. */
function readGitLab(environment: Environment): Build {
  const value = reader(environment);
  const repository = placeOf(value, 'CI_PROJECT_URL');
  const isTag = (environment['CI_COMMIT_TAG'] ?? '') !== '';
  return {
    builderId: `${repository}/-/runners/${value('CI_RUNNER_ID')}`,
    invocationId: placeOf(value, 'CI_JOB_URL'),
    startedAt: timeOf(value('CI_JOB_STARTED_AT')),
    repository,
    ref: `${isTag ? 'refs/tags' : 'refs/heads'}/${value('CI_COMMIT_REF_NAME')}`,
    commit: commitOf(value('CI_COMMIT_SHA')),
    entryPoint: value('CI_JOB_NAME'),
    internal: {
      pipelineSource: value('CI_PIPELINE_SOURCE'),
      projectId: value('CI_PROJECT_ID'),
      configPath: configPathOf(value),
    },
  };
}

function reader(environment: Environment): (name: string) => string {
  return (name) => {
    const value = environment[name] ?? '';
    if (value !== '') return value;
    throw refused(`the CI does not set ${name}`);
  };
}

/** What is signed becomes public: a runner may have put credentials into a URL. */
function placeOf(value: (name: string) => string, name: string): string {
  const text = value(name);
  if (!/^https?:/.test(text) || !URL.canParse(text)) throw refused(`${name} is no URL`);
  const { origin, pathname } = new URL(text);
  return `${origin}${pathname.replace(/\/$/, '')}`;
}

/** GitLab takes a file elsewhere, too, by its URL. */
function configPathOf(value: (name: string) => string): string {
  const name = 'CI_CONFIG_PATH';
  return /^https?:/.test(value(name)) ? placeOf(value, name) : value(name);
}

/** SLSA's digests of git: a commit in SHA-1 or SHA-256. */
function commitOf(text: string): string {
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text)) return text;
  throw refused(`${JSON.stringify(text)} is no commit`);
}

function timeOf(text: string): string {
  const time = new Date(text);
  if (!Number.isNaN(time.getTime())) return `${time.toISOString().slice(0, 19)}Z`;
  throw refused(`${JSON.stringify(text)} is no time`);
}

function refused(what: string): KongcrateError {
  return new KongcrateError('USAGE', `there is no provenance of this build: ${what}`, {
    remedy: 'Hand the variables of the CI on to this command, or leave --provenance out.',
  });
}
