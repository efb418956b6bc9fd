import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeWithPeers, peer } from '../support/peers.ts';
import { run, runKongcrate, type RunResult } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const KONGCRATE = join(import.meta.dirname, '../../bin/kongcrate.js');

/** Runs a program on a terminal of its own and answers each prompt as it appears. */
const ON_TERMINAL = `
import fcntl, os, pty, struct, sys, termios
answers = sys.argv[1].split(',')
PROMPTS = ['Password of the private key', 'The same password again'][:len(answers)]
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack('HHHH', 24, 80, 0, 0))
shown = ''
while True:
    try:
        chunk = os.read(terminal, 4096)
    except OSError:
        break
    if not chunk:
        break
    shown += chunk.decode('utf8', 'replace')
    if answers and PROMPTS[-len(answers)] in shown:
        answer = answers.pop(0)
        keys = {'ctrl-c': b'\\x03', 'ctrl-d': b'\\x04'}
        os.write(terminal, keys.get(answer, answer.encode() + b'\\r'))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
`;

async function onTerminal(directory: string, answers: string, args: string[]): Promise<RunResult> {
  const command = [process.execPath, KONGCRATE, ...args];
  return run(peer('python3'), ['-c', ON_TERMINAL, answers, ...command], {
    cwd: directory,
    env: { TERM: 'xterm' },
  });
}

async function publicKey(directory: string, password: string): Promise<RunResult> {
  const args = ['public-key', '--key', join(directory, 'cosign.key')];
  return runKongcrate(args, { env: { COSIGN_PASSWORD: password } });
}

describeWithPeers(['python3'], 'the password of a key', () => {
  it('is asked for twice on a terminal when the key is new', async () => {
    const directory = temporaryDirectory();
    const made = await onTerminal(directory, 'secret,secret', ['generate-key-pair']);
    expect(made.status, made.stdout).toBe(0);
    expect(statSync(join(directory, 'cosign.key')).mode & 0o777).toBe(0o600);
    const opened = await publicKey(directory, 'secret');
    expect(opened.stdout).toBe(readFileSync(join(directory, 'cosign.pub'), 'utf8'));
    expect((await publicKey(directory, 'other')).status).toBe(2);
    const asked = await onTerminal(directory, 'secret', ['public-key', '--key', 'cosign.key']);
    expect(asked.status, asked.stdout).toBe(0);
  });

  it('must be the same both times', async () => {
    const directory = temporaryDirectory();
    const made = await onTerminal(directory, 'one,two', ['generate-key-pair']);
    expect(made.status).toBe(2);
    expect(existsSync(join(directory, 'cosign.key'))).toBe(false);
  });

  it.each(['ctrl-c', 'ctrl-d', 'secret,ctrl-d'])(
    'can be refused: %s is exit 130 and leaves nothing',
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
    const made = await onTerminal(directory, 'ctrl-c', ['generate-key-pair']);
    expect(made.status).toBe(18);
    const imported = ['import-key-pair', '--key', 'cosign.pub', '--output-key-prefix', 'new'];
    expect(await onTerminal(directory, 'ctrl-c', imported)).toMatchObject({ status: 2 });
  });

  it('is read from a pipe whole, as cosign does', async () => {
    const directory = temporaryDirectory();
    const piped = await runKongcrate(['generate-key-pair'], { cwd: directory, input: 'piped\n' });
    expect(piped.status, piped.stderr).toBe(0);
    expect((await publicKey(directory, 'piped\n')).status).toBe(0);
    expect((await publicKey(directory, 'piped')).status).toBe(2);
  });

  it('is not waited for where nobody can answer', async () => {
    const command = `exec '${process.execPath}' '${KONGCRATE}' generate-key-pair </dev/null`;
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
  const args = ['--import', `data:text/javascript,${STALL}`, KONGCRATE, 'generate-key-pair'];
  const options = { cwd: directory, env: { COSIGN_PASSWORD: '' } };
  const { status, stderr } = await run(process.execPath, args, options);
  expect(status).toBe(1);
  expect(stderr).toContain('error: the command ended before its work was done');
  expect(existsSync(join(directory, 'cosign.key'))).toBe(false);
});
