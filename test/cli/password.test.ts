import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeWithPeers } from '../support/peers.ts';
import { runOnTerminal } from '../support/pseudo-terminal.ts';
import { kongcrateCommand, SCRIPT } from '../support/kongcrate-command.ts';
import { run, runKongcrate, type RunResult } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const PROMPTS = ['Password of the private key', 'The same password again'];
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';

/** Types one line, or a control key, at each of the first prompts. */
function onTerminal(cwd: string, lines: readonly string[], args: string[]): Promise<RunResult> {
  const keys = lines.map((line) => (line === CTRL_C || line === CTRL_D ? line : `${line}\r`));
  const answers = keys.map((typed, at) => [PROMPTS[at] ?? '', typed] as const);
  return runOnTerminal(args, { cwd, answers });
}

async function publicKey(directory: string, password: string): Promise<RunResult> {
  const args = ['public-key', '--key', join(directory, 'cosign.key')];
  return runKongcrate(args, { env: { COSIGN_PASSWORD: password } });
}

describeWithPeers(['python3'], 'the password of a key', () => {
  it('is asked for twice on a terminal when the key is new', async () => {
    const directory = temporaryDirectory();
    const made = await onTerminal(directory, ['secret', 'secret'], ['generate-key-pair']);
    expect(made.status, made.stdout).toBe(0);
    expect(statSync(join(directory, 'cosign.key')).mode & 0o777).toBe(0o600);
    const opened = await publicKey(directory, 'secret');
    expect(opened.stdout).toBe(readFileSync(join(directory, 'cosign.pub'), 'utf8'));
    expect((await publicKey(directory, 'other')).status).toBe(2);
    const asked = await onTerminal(directory, ['secret'], ['public-key', '--key', 'cosign.key']);
    expect(asked.status, asked.stdout).toBe(0);
  });

  it('must be the same both times', async () => {
    const directory = temporaryDirectory();
    const made = await onTerminal(directory, ['one', 'two'], ['generate-key-pair']);
    expect(made.status).toBe(2);
    expect(existsSync(join(directory, 'cosign.key'))).toBe(false);
  });

  it.each([[[CTRL_C]], [[CTRL_D]], [['secret', CTRL_D]]])(
    'can be refused: %j is exit 130 and leaves nothing',
    async (answers) => {
      const directory = temporaryDirectory();
      const made = await onTerminal(directory, answers, ['generate-key-pair']);
      expect(made.status, made.stdout).toBe(130);
      expect(existsSync(join(directory, 'cosign.key'))).toBe(false);
    },
  );

  it('is not asked for when the files are in the way, or the key is none', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'cosign.pub'), 'mine');
    const made = await onTerminal(directory, [CTRL_C], ['generate-key-pair']);
    expect(made.status).toBe(18);
    const imported = ['import-key-pair', '--key', 'cosign.pub', '--output-key-prefix', 'new'];
    expect(await onTerminal(directory, [CTRL_C], imported)).toMatchObject({ status: 2 });
  });

  it('is read from a pipe whole, as cosign does', async () => {
    const directory = temporaryDirectory();
    const piped = await runKongcrate(['generate-key-pair'], { cwd: directory, input: 'piped\n' });
    expect(piped.status, piped.stderr).toBe(0);
    expect((await publicKey(directory, 'piped\n')).status).toBe(0);
    expect((await publicKey(directory, 'piped')).status).toBe(2);
  });

  it('is not waited for where nobody can answer', async () => {
    const command = `exec ${kongcrateCommand(['generate-key-pair']).flat().join(' ')} </dev/null`;
    const { status, stderr } = await run('bash', ['-c', command], { cwd: temporaryDirectory() });
    expect(status).toBe(2);
    expect(stderr).toContain('COSIGN_PASSWORD');
  });
});

/** Takes away what the command waits for, so that Node has nothing left to do. */
const STALL =
  'import crypto from "node:crypto"; import { syncBuiltinESMExports } from "node:module";' +
  'crypto.scrypt = () => {}; syncBuiltinESMExports();';

it('a command that never ends is no success: exit 1, and it says so', async () => {
  const directory = temporaryDirectory();
  const args = ['--import', `data:text/javascript,${STALL}`, SCRIPT, 'generate-key-pair'];
  const options = { cwd: directory, env: { COSIGN_PASSWORD: '' } };
  const { status, stderr } = await run(process.execPath, args, options);
  expect(status).toBe(1);
  expect(stderr).toContain('error: the command ended before its work was done');
  expect(existsSync(join(directory, 'cosign.key'))).toBe(false);
});
