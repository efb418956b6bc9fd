import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { writeSource } from '../registry/plugin-source.ts';
import { GITLAB } from '../support/ci-environments.ts';
import { kongcrate } from '../support/must-succeed.ts';
import { startNpmRegistry } from '../support/npm-registry.ts';
import { run, type RunResult } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const TEMPLATE = join(import.meta.dirname, '../../templates/publish.yml');
const SEVERAL = join(import.meta.dirname, '../../testdata/corpus/several-deep');

interface Job {
  readonly id_tokens: object;
  readonly variables: Readonly<Record<string, string>>;
  readonly script: readonly string[];
  readonly artifacts: object;
}

const [head, body] = parseAllDocuments(readFileSync(TEMPLATE, 'utf8'));
const { spec } = head?.toJS() as {
  readonly spec: { readonly inputs: Readonly<Record<string, { readonly default?: string }>> };
};
const { 'publish-kong-plugin': job } = body?.toJS() as { readonly 'publish-kong-plugin': Job };
const prefix = temporaryDirectory();
let npmRegistry: string;

beforeAll(async () => {
  npmRegistry = (await startNpmRegistry()).url;
});

/** Runs the lines as one script, as a runner with bash does, with inputs in the variables. */
function runJob(
  inputs: Readonly<Record<string, string>>,
  cwd: string,
  lines: readonly string[] = job.script,
): Promise<RunResult> {
  const variables = Object.entries(job.variables).map(([name, text]) => {
    const input = /^\$\[\[ inputs\.(\w+) \]\]$/.exec(text)?.[1] ?? '';
    return [name, inputs[input] ?? spec.inputs[input]?.default ?? `no input ${input}`];
  });
  const env = {
    ...GITLAB,
    CI_REGISTRY: 'registry.gitlab.example',
    COSIGN_PASSWORD: '',
    NPM_CONFIG_REGISTRY: npmRegistry,
    NPM_CONFIG_PREFIX: prefix,
    PATH: `${prefix}/bin:${process.env['PATH'] ?? ''}`,
    ...(Object.fromEntries(variables) as Record<string, string>),
  };
  return run('bash', ['-eo', 'pipefail', '-c', lines.join('\n')], { cwd, env });
}

it('asks for an identity token that is for sigstore', () => {
  expect(job.id_tokens).toEqual({ SIGSTORE_ID_TOKEN: { aud: 'sigstore' } });
});

it('publishes with kongcrate from npm, and hands on what', async () => {
  const cwd = temporaryDirectory();
  await kongcrate(['generate-key-pair'], { cwd });
  const flags = '--key=cosign.key --provenance --sbom=both';
  const reference = 'oci-layout:./dist:1.0.0';
  const done = await runJob({ reference, path: writeSource('1.0.0'), flags }, cwd);
  expect(done.status, done.stderr).toBe(0);
  const read = (file: string): string => readFileSync(join(cwd, file), 'utf8');
  const published = read('kongcrate-published');
  expect(published).toMatch(/^oci-layout:\.\/dist@sha256:[0-9a-f]{64}\n$/);
  expect(read('kongcrate.env')).toBe(`KONGCRATE_PUBLISHED=${published}`);
  expect(done.stdout).toContain(published);
  await kongcrate(['verify', published.trim(), '--key', 'cosign.pub'], { cwd });

  const withoutInstall = job.script.slice(1);
  mkdirSync(join(cwd, '*'));
  const hostile = '$(touch made) `touch made`; touch made';
  const refused = await runJob(
    { reference, path: hostile, flags: `${flags} * ${hostile}` },
    cwd,
    withoutInstall,
  );
  expect(refused.status).toBe(2);
  expect(existsSync(join(cwd, 'made'))).toBe(false);
  const all = {
    reference: 'oci-layout:./all',
    path: SEVERAL,
    flags: '--key=cosign.key',
    all: 'true',
  };
  const several = await runJob(all, cwd, withoutInstall);
  expect(several.status, several.stderr).toBe(0);
  expect(read('kongcrate-published').trim().split('\n')).toHaveLength(2);
});
