import { chmodSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCompositeAction } from '../support/run-composite-action.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const PROGRAM = join(import.meta.dirname, '../../bin/kongcrate.js');
const cwd = temporaryDirectory();

/** A program that answers with these texts. */
function programThat(answers: { stdout?: string; stderr?: string; status?: number }): string {
  const file = join(temporaryDirectory(), 'program.js');
  const { stdout = '', stderr = '', status = 0 } = answers;
  writeFileSync(
    file,
    `#!${process.execPath}
process.stdout.write(${JSON.stringify(stdout)});
process.stderr.write(${JSON.stringify(stderr)});
process.exitCode = ${status};
`,
  );
  chmodSync(file, 0o755);
  return file;
}

describe('what an input may hold', () => {
  const good = { reference: 'oci-layout:./dist:1.2.0', program: PROGRAM, provenance: 'false' };

  it.each(['$(touch made)`touch made`"; touch made; "\'; touch made; #', 'a\ntouch made'])(
    'runs no shell: %j',
    async (text) => {
      for (const inputs of [
        { ...good, reference: text },
        { ...good, path: text },
        { ...good, plugin: text },
        { ...good, flags: `--key=${text.replaceAll('\n', '\n--')}` },
      ]) {
        const { status } = await runCompositeAction('publish', inputs, { cwd });
        expect(status).not.toBe(0);
      }
      expect(readdirSync(cwd)).toEqual([]);
    },
  );

  it.each([
    [{ reference: '' }, 'the input reference is missing'],
    [{ all: 'yes' }, 'the input all is "yes": write true or false'],
    [{ flags: '--retries=5\n./other' }, '"./other" in the input flags is none'],
    [{ username: 'me' }, 'username and password need one another'],
    [{ program: '', version: '../kongcrate' }, 'the input version is "../kongcrate"'],
    [{ program: '', version: '1.2.3 --registry=x' }, 'the input version is'],
    [{ program: '/no/such' }, '/no/such does not run'],
    [{ reference: '--help' }, '"--help" is no reference'],
  ])('%j is refused', async (inputs, says) => {
    const done = await runCompositeAction('publish', { ...good, ...inputs }, { cwd });
    expect([done.status, done.outputFile]).toEqual([2, '']);
    expect(done.stdout).toContain(says);
    expect(done.stdout).toMatch(/^::error title=/);
  });
});

describe('what comes back', () => {
  const artifact = {
    name: 'x',
    version: '1',
    reference: 'r.example/x@sha256:1',
    digest: 'sha256:1',
    tag: '1',
    warnings: [],
    signatures: [{ state: 'added' }],
    attestations: [],
  };
  const answer = (changes: object): string =>
    programThat({ stdout: JSON.stringify({ ...artifact, ...changes }) });

  it('draws nothing in the summary, and gives a command that is one', async () => {
    const signer = {
      kind: 'certificate',
      subject: "</code><img src=x>|`[a](b)\n\n# '\u202e$(id)",
      issuer: 'https://i',
    };
    const done = await runCompositeAction(
      'publish',
      { reference: 'r', program: answer({ signer }) },
      { cwd },
    );
    expect(done.status, done.stdout).toBe(0);
    const shown = '&lt;/code&gt;&lt;img src=x&gt;|`[a](b)  # ';
    expect(done.summary).toContain(`<td><code>${shown}' $(id) (https://i)</code></td>`);
    expect(done.summary).toContain(`--certificate-identity '${shown}'\\'' $(id)' \\\n`);
  });

  it('warns where a runner shows it', async () => {
    const about = { rule: 'missing-module', line: 3, message: 'two\nlines', remedy: 'Mend it.' };
    const warnings = [
      { ...about, file: 'a.lua' },
      { ...about, file: 'spec/' },
    ];
    const program = answer({ warnings });
    const { stdout } = await runCompositeAction('publish', { reference: 'r', program }, { cwd });
    expect(stdout.split('\n').slice(0, 2)).toEqual(
      ['a.lua:3', 'spec/'].map(
        (place) => `::warning title=kongcrate missing-module::${place}: two%0Alines%0AMend it.`,
      ),
    );
  });

  it('adds no output', async () => {
    const program = answer({ reference: 'a\nname=evil' });
    const done = await runCompositeAction('publish', { reference: 'r', program }, { cwd });
    expect([done.status, done.outputFile]).toEqual([2, '']);
  });

  it('is no command to the runner', async () => {
    const error = { code: 'X', message: '::set-env name=A::b\n100%', remedy: 'r' };
    const program = programThat({
      stderr: `::add-path::/evil\n${JSON.stringify({ error }, null, 2)}\n`,
      status: 4,
    });
    const { status, stdout } = await runCompositeAction(
      'verify',
      { reference: 'r', key: 'k', program },
      { cwd },
    );
    expect(status).toBe(4);
    const [stop = '', evil, resume, annotation, ...others] = stdout.split('\n');
    const token = /^::stop-commands::([0-9a-f-]{36})$/.exec(stop)?.[1] ?? '';
    expect([evil, resume]).toEqual(['::add-path::/evil', `::${token}::`]);
    expect(annotation).toBe(
      '::error title=kongcrate verify%3A X::::set-env name=A::b%0A100%25%0Ar',
    );
    expect(others).toEqual(['']);
  });

  it('is told as it is where it is no JSON', async () => {
    const program = programThat({ stderr: 'Killed\n', status: 137 });
    const done = await runCompositeAction('verify', { reference: 'r', program }, { cwd });
    expect(done.status).toBe(137);
    expect(done.stdout).toContain('\nKilled\n');
    expect(done.stdout).toContain('kongcrate verify ended by exit status 137');
    expect(existsSync(join(cwd, 'dist'))).toBe(false);
  });
});
