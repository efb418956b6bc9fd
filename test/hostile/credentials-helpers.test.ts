import { chmodSync, cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { readCredentials } from '../../src/registry/credentials/read-credentials.ts';
import { auth, makeHome } from '../registry/credentials-support.ts';
import { expectError } from '../support/expect-error.ts';

// ATTACKS R11: helpers that print garbage or hang.

const DOCKER = '.docker/config.json';
const SECRET = 'S3CRET';
/** A line that never leaves the process that it is written for. */
const ANSWER = `{"Username":"u","Secret":"${SECRET}"`;

/** A process that has ended and that nobody asked about yet counts as ended. */
function isRunning(pid: number): boolean {
  const file = `/proc/${pid}/stat`;
  return existsSync(file) && !readFileSync(file, 'utf8').includes(') Z ');
}

describe('a credential helper that', () => {
  it.each<[what: string, script: string, words: string]>([
    ['prints nothing', 'exit 0', 'no JSON with Username'],
    ['prints garbage', `echo '${SECRET}'`, 'no JSON with Username'],
    ['breaks off', `echo '${ANSWER}'`, 'no JSON with Username'],
    ['prints null', 'echo null', 'no JSON with Username'],
    ['has no Secret', `echo '{"Username":"${SECRET}"}'`, 'no JSON with Username'],
    ['has a Secret of another kind', `echo '{"Username":"u","Secret":7}'`, 'no JSON with Username'],
    ['fails', 'echo "store is locked" >&2; exit 3', 'exit 3: store is locked'],
    ['fails with an answer', `echo '${ANSWER}}'; exit 4`, 'exit 4'],
    ['fails with a token', `echo 'Authorization: Bearer ${SECRET}'; exit 4`, 'exit 4'],
    ['steers the terminal', `printf 'x\\033[2Jy'; exit 5`, 'exit 5: x'],
    ['is ended by a signal', 'kill -9 $$', 'could not be run'],
    ['floods', 'exec /usr/bin/yes', 'more than 65536 bytes'],
  ])('%s is named, and its secret is not', async (_what, script, words) => {
    const home = makeHome();
    home.addHelper('bad', script);
    home.write(DOCKER, { credsStore: 'bad', auths: { h: auth('never', 'used') } });
    const error = await expectError(
      () => readCredentials(home)('h', 'a'),
      'CREDENTIALS_UNREADABLE',
    );
    expect(error.message).toContain(`docker-credential-bad gave no credentials`);
    expect(error.message).toContain(words);
    expect(error.message).not.toMatch(/S3CRET|\u001b/);
    expect(error.cause).toBeUndefined();
  });

  it('hangs is ended', async () => {
    const home = makeHome();
    home.addHelper('slow', 'exec /bin/sleep 1000');
    home.write(DOCKER, { credsStore: 'slow' });
    const error = await expectError(
      () => readCredentials({ ...home, helperTimeoutMs: 200 })('h', 'a'),
      'CREDENTIALS_UNREADABLE',
    );
    expect(error.message).toContain('did not answer in time');
  });

  it('hangs is ended with all that it started, also when the caller gives up', async () => {
    const home = makeHome();
    // The child holds the pipes open: waiting for their end would be waiting for it.
    home.addHelper('slow', '/bin/sleep 1000 & echo $! >"$0.pid"; wait');
    home.write(DOCKER, { credsStore: 'slow' });
    const caller = new AbortController();
    const call = readCredentials({ ...home, signal: caller.signal })('h', 'a');
    const file = join(home.home, 'bin/docker-credential-slow.pid');
    const childPid = (): number => (existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0);
    await vi.waitUntil(() => childPid() > 0, 10_000);
    const reason = new Error('enough');
    caller.abort(reason);
    await expect(call).rejects.toBe(reason);
    await vi.waitUntil(() => !isRunning(childPid()), 10_000);
  });

  it.each(['../mine', '/bin/true', 'a b', 'x;y', '-x', ''])(
    'is called %j is never run',
    async (name) => {
      const home = makeHome();
      home.write(DOCKER, { credHelpers: { h: name } });
      await expectError(() => readCredentials(home)('h', 'a'), 'CREDENTIALS_UNREADABLE');
    },
  );

  it('lies in the working directory is never run', async () => {
    const home = makeHome();
    home.addHelper('mine', `echo '{"Username":"u","Secret":"s"}'`);
    home.write(DOCKER, { credsStore: 'mine' });
    const before = process.cwd();
    process.chdir(join(home.home, 'bin'));
    try {
      for (const PATH of ['', '.', './', '../bin', ':.:', undefined]) {
        const find = readCredentials({ ...home, environment: { PATH } });
        await expectError(() => find('h', 'a'), 'CREDENTIALS_UNREADABLE');
      }
    } finally {
      process.chdir(before);
    }
  });

  it('cannot be run is passed over on PATH', async () => {
    const home = makeHome();
    home.addHelper('mine', `echo '{"Username":"second","Secret":"s"}'`);
    cpSync(join(home.home, 'bin'), join(home.home, 'first'), { recursive: true });
    chmodSync(join(home.home, 'first/docker-credential-mine'), 0o644);
    home.write('none/docker-credential-mine/x', '');
    home.write(DOCKER, { credsStore: 'mine' });
    const PATH = ['none', 'first', 'bin'].map((name) => join(home.home, name)).join(':');
    expect(await readCredentials({ ...home, environment: { PATH } })('h', 'a')).toMatchObject({
      username: 'second',
    });
  });
});
