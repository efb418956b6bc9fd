import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { htpasswdAuth, startAuthRegistry } from '../support/auth-registry.ts';
import { describeWithPeers } from '../support/peers.ts';
import { runOnTerminal, type TerminalOptions } from '../support/pseudo-terminal.ts';
import { runKongcrate, type RunResult } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { startTokenServer, TOKEN_PASSWORD, TOKEN_USER } from '../support/token-server.ts';
import { auth } from './credentials-support.ts';

type Answers = TerminalOptions['answers'] & object;

function onTerminal(home: string, answers: Answers, args: readonly string[]): Promise<RunResult> {
  return runOnTerminal(args, { answers, env: { HOME: home } });
}

function stored(home: string): unknown {
  const file = join(home, '.docker/config.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

describeWithPeers(['docker-registry', 'htpasswd', 'python3'], 'kongcrate login', () => {
  it('asks for name and password on a terminal and never shows the password', async () => {
    const host = await startAuthRegistry(await htpasswdAuth('bob', 'secret-word'));
    const home = temporaryDirectory();
    const answers = [
      ['User name', 'bob\r'],
      ['Password or access token', 'secret-word\r'],
    ] as const;
    const done = await onTerminal(home, answers, ['login', host]);
    expect(done.status, done.stdout).toBe(0);
    expect(done.stdout).not.toContain('secret-word');
    expect(stored(home)).toEqual({ auths: { [host]: auth('bob', 'secret-word') } });
  });

  it.each(['\u0003', '\u0004'])(
    'can be broken off by %j: exit 130, nothing stored',
    async (key) => {
      const home = temporaryDirectory();
      const answers = [['Password or access token', key]] as const;
      const done = await onTerminal(home, answers, ['login', 'h.example', '-u', 'bob']);
      expect(done.status, done.stdout).toBe(130);
      expect(stored(home)).toBeUndefined();
    },
  );

  it.each(['\n', '\r\n', ''])('cuts one line end %j from standard input', async (end) => {
    const host = await startAuthRegistry(await htpasswdAuth('bob', 'secret '));
    const home = temporaryDirectory();
    const args = ['login', host, '-u', 'bob', '--password-stdin', '--json'];
    const done = await runKongcrate(args, { env: { HOME: home }, input: `secret ${end}` });
    expect(done.status, done.stderr).toBe(0);
    expect(JSON.parse(done.stdout)).toMatchObject({ host, username: 'bob', checked: true });
    expect(done.stdout).not.toContain('secret');
  });

  it.each([
    [['login', 'h.example']],
    [['login', 'h.example', '--password-stdin']],
    [['login', 'h.example', '-u', 'bob', 'secret']],
    [['login', 'h.example', '-u', 'bob', '--password', 'secret']],
    [['login', 'h.example', '-u', 'bob', '--password-stdin', '--cert-file', 'x']],
    [['login', 'h.example', '-u', 'bob', '--password-stdin', '--trust-auth-host', 'https://a.io']],
    [['login', 'h.example', '-u', 'bob', '--password-stdin', '--trust-auth-host', 'a.io/token']],
  ])('is a usage error without a terminal: %j', async (args) => {
    const done = await runKongcrate(args, { input: 'x' });
    expect(done.status, done.stderr).toBe(2);
  });
});

describeWithPeers(
  ['docker-registry', 'python3'],
  'kongcrate login to a foreign token server',
  () => {
    it('names the other host and asks; without a terminal it names the flag', async () => {
      const server = await startTokenServer();
      const realm = server.realm.replace('127.0.0.1', 'localhost');
      const host = await startAuthRegistry(server.withRealm(realm));
      const authHost = new URL(realm).host;
      const home = temporaryDirectory();
      const piped = ['login', host, '-u', TOKEN_USER, '--password-stdin'];
      const input = { env: { HOME: home }, input: TOKEN_PASSWORD };
      const refused = await runKongcrate(piped, input);
      expect(refused.status).toBe(5);
      expect(refused.stderr).toContain(`--trust-auth-host ${authHost}`);
      const password = ['Password or access token', `${TOKEN_PASSWORD}\r`] as const;
      const asking = `at another host, ${authHost}`;
      const args = ['login', host, '-u', TOKEN_USER];
      expect((await onTerminal(home, [password, [asking, 'n']], args)).status).toBe(5);
      expect(server.seen).toEqual([]);
      const agreed = await onTerminal(home, [password, [asking, 'y']], args);
      expect(agreed.status, agreed.stdout).toBe(0);
      expect((await runKongcrate(piped, input)).status).toBe(0);
      const other = { ...input, env: { HOME: temporaryDirectory() } };
      const named = await runKongcrate([...piped, '--trust-auth-host', authHost], other);
      expect(named.status).toBe(0);
      expect(named.stderr).toContain(`${authHost} may check the logins of ${host}`);
      expect((await runKongcrate(piped, other)).status, 'the flag is remembered').toBe(0);
    });
  },
);
