import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import manifest from '../../package.json' with { type: 'json' };

const ROOT = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const actions = ['publish', 'verify'].map((name) => `.github/actions/${name}/action.yml`);
const workflows = [
  ...readdirSync(join(ROOT, '.github/workflows')).map((name) => `.github/workflows/${name}`),
  'examples/monorepo/plugins.yml',
];

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
}

interface Job {
  readonly 'timeout-minutes'?: number;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly container?: string;
  readonly 'runs-on': string;
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly on: Readonly<Record<string, unknown>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Action {
  readonly description: string;
  readonly inputs: Readonly<Record<string, { readonly description: string }>>;
  readonly outputs: Readonly<Record<string, { readonly description: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

/** What may be written: each has a job that is nothing without it. */
const WRITABLE = ['packages', 'id-token', 'attestations'];
/** And by the one job that publishes a release. */
const RELEASING = ['contents'];

/** What of some steps is pinned too loosely, or hands a text to a shell as part of its program. */
function faultsOf(steps: readonly Step[]): readonly string[] {
  return steps.flatMap(({ uses, run }) => [
    ...(uses !== undefined && !/@[0-9a-f]{40}$/.test(uses) ? [`not pinned: ${uses}`] : []),
    ...(run?.includes('${{') ? [`an expression in a script: ${run}`] : []),
  ]);
}

describe.each(workflows)('%s', (file) => {
  const workflow = parse(read(file)) as Workflow;
  const jobs = Object.entries(workflow.jobs);

  it('pins what it runs, and puts no expression into a script', () => {
    expect(jobs.flatMap(([, { steps }]) => faultsOf(steps))).toEqual([]);
    for (const [, { container, 'runs-on': machine }] of jobs) {
      expect(machine).not.toContain('latest');
      if (container !== undefined) expect(container).toMatch(/@sha256:[0-9a-f]{64}$/);
    }
  });

  it('may do little, for minutes, and nothing of it for somebody else’s branch', () => {
    expect(workflow.permissions).toBeDefined();
    expect(Object.keys(workflow.on)).not.toContain('pull_request_target');
    for (const [name, job] of jobs) {
      expect(job['timeout-minutes'], name).toBeLessThanOrEqual(30);
      const written = Object.entries({ ...workflow.permissions, ...job.permissions })
        .filter(([, level]) => level !== 'read')
        .map(([scope]) => scope);
      const allowed = name === 'github' ? RELEASING : WRITABLE;
      expect(allowed, name).toEqual(expect.arrayContaining(written));
    }
  });
});

describe.each(actions)('%s', (file) => {
  const action = parse(read(file)) as Action;

  it('is one step without an expression in its script, and describes everything', () => {
    expect(action.runs).toMatchObject({ using: 'composite', steps: [{ shell: 'bash' }] });
    expect(faultsOf(action.runs.steps)).toEqual([]);
    for (const [name, { description }] of Object.entries({ ...action.inputs, ...action.outputs }))
      expect(description, name).toMatch(/\w{3}/);
  });

  it('hands over every input, under the name that the script reads', () => {
    const [step] = action.runs.steps as readonly {
      readonly env: Readonly<Record<string, string>>;
    }[];
    const handed = Object.keys(action.inputs).map((name) => [
      `INPUT_${name.toUpperCase().replaceAll('-', '_')}`,
      `\${{ inputs.${name} }}`,
    ]);
    expect(Object.entries(step?.env ?? {})).toEqual(handed);
  });
});

describe('templates/publish.yml', () => {
  const [spec, template] = parseAllDocuments(read('templates/publish.yml')).map(
    (document) => document.toJS() as unknown,
  ) as [
    { spec: { inputs: Record<string, { default?: string; description: string }> } },
    Record<string, GitlabJob>,
  ];

  interface GitlabJob {
    readonly timeout: string;
    readonly script: readonly string[];
  }

  it('fetches this version, in an image that is pinned', () => {
    const { version, image } = spec.spec.inputs;
    expect(version?.default).toBe(manifest.version);
    expect(image?.default).toMatch(/@sha256:[0-9a-f]{64}$/);
  });

  it('puts no input into a script, and ends in time', () => {
    for (const job of Object.values(template)) {
      expect(job.script.join('\n')).not.toContain('$[[');
      expect(job.timeout).toMatch(/^\d+ minutes$/);
    }
  });
});

it('the examples name this version', () => {
  expect(read('examples/monorepo/plugins.yml')).toContain(`kongcrate@${manifest.version} lint`);
});
