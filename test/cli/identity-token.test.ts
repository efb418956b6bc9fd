import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeSource } from '../registry/plugin-source.ts';
import { LOOPBACK_ONLY } from '../support/local-sigstore/cosign-cell.ts';
import { jsonReply, startHttpService } from '../support/local-sigstore/http-service.ts';
import {
  startLocalSigstore,
  type LocalSigstore,
} from '../support/local-sigstore/start-local-sigstore.ts';
import { kongcrate } from '../support/must-succeed.ts';
import { startDesktop } from '../support/oidc/start-desktop.ts';
import { PERSON, startOidcProvider, type OidcProvider } from '../support/oidc/start-provider.ts';
import { describeWithPeers } from '../support/peers.ts';
import { runOnTerminal } from '../support/pseudo-terminal.ts';
import { runKongcrate, type RunResult } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const directory = temporaryDirectory();
const at = (name: string): string => join(directory, name);
const source = writeSource('1.0.0');
const CTRL_C = '\u0003';
const SENTENCE = 'The log keeps for everybody and for ever';
let sigstore: LocalSigstore;
let provider: OidcProvider;

beforeAll(async () => {
  sigstore = await startLocalSigstore();
  provider = await startOidcProvider();
  sigstore.trust(provider);
  await kongcrate(['generate-key-pair', '--output-key-prefix', at('cosign')]);
});

/** Publishes into a layout of its own. */
function publishTo(layout: string): string[] {
  const services = ['--signing-config', sigstore.signingConfig('rekor1')];
  const root = ['--trusted-root', sigstore.trustedRoot.file];
  return ['publish', source, `oci-layout:${at(layout)}:1.0.0`, ...services, ...root];
}

const publish = (
  layout: string,
  flags: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<RunResult> =>
  runKongcrate([...publishTo(layout), ...flags], { env: { ...LOOPBACK_ONLY, ...env } });

/** Nothing that was said holds a token. */
function expectSilent({ stdout, stderr }: RunResult): void {
  expect(`${stdout}${stderr}`).not.toMatch(/eyJ|S3CRET/);
}

describe('where an identity token comes from', () => {
  it('SIGSTORE_ID_TOKEN, and what the log keeps is said without a question', async () => {
    const done = await publish('variable', ['--verbose'], { SIGSTORE_ID_TOKEN: sigstore.token() });
    expect(done.status, done.stderr).toBe(0);
    expect(done.stderr).toContain(SENTENCE);
    expectSilent(done);
  });

  it('GitHub Actions, for the audience that is asked for', async () => {
    const audiences: string[] = [];
    const token = sigstore.token();
    const github = await startHttpService(({ query, headers }) => {
      audiences.push(new URLSearchParams(query).get('audience') ?? '');
      return headers.authorization === 'Bearer S3CRET'
        ? jsonReply(200, { value: token })
        : jsonReply(401, {});
    });
    const env = {
      ACTIONS_ID_TOKEN_REQUEST_URL: `${github.url}/?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'S3CRET',
    };
    const done = await publish('github', ['--verbose'], env);
    expect(done.status, done.stderr).toBe(0);
    expectSilent(done);
    // Its tokens are for sigstore, whatever they were asked for.
    const other = await publish('github-other', ['--oidc-client-id', 'other', '--verbose'], env);
    expect(other.status).toBe(5);
    expect(other.stderr).toContain('not for "other"');
    expectSilent(other);
    expect(audiences).toEqual(['sigstore', 'other']);
    expect(existsSync(at('github-other'))).toBe(false);
  });

  it('nowhere: it says where it looked, and asks nobody', async () => {
    const done = await publish('nowhere', []);
    expect(done.status).toBe(5);
    for (const place of ['--oidc-token', 'SIGSTORE_ID_TOKEN', 'ACTIONS_ID_TOKEN_REQUEST_URL'])
      expect(done.stderr).toContain(place);
    expect(existsSync(at('nowhere'))).toBe(false);
  });

  it('a login on any device, where the flags ask for it', async () => {
    const flags = ['--fulcio-auth-flow', 'device', '--oidc-issuer', provider.issuer];
    provider.behave({ deviceCodeLifetimeS: 1 });
    const done = await publish('device', flags, { SIGSTORE_ID_TOKEN: sigstore.token() });
    provider.behave({});
    expect(done.status).toBe(5);
    expect(done.stderr).toMatch(
      /open this page on any device, and check the code \w{4}-\w{4}:\n {2}/,
    );
    expect(done.stderr).toContain('expired_token');
  });

  it.each([
    [['--key', 'cosign.key', '--oidc-client-id', 'x'], 'nobody needs --oidc-client-id'],
    [['--oidc-token', '-', '--fulcio-auth-flow', 'device'], 'contradict'],
    [['--oidc-token', '-', '--oidc-issuer', 'https://x.example'], 'contradict'],
    [['--fulcio-auth-flow', 'token', '--oidc-issuer', 'https://x.example'], 'contradict'],
    [['--fulcio-auth-flow', 'normal', '--oidc-issuer', 'x'], 'no address'],
  ])('refuses %j', async (flags, says) => {
    const done = await publish('refused', flags);
    expect(done.status).toBe(2);
    expect(done.stderr).toContain(says);
  });
});

describeWithPeers(['python3'], 'somebody at a terminal', () => {
  /** Signs with the key, into the log. */
  const logged = (layout: string): string[] => [
    ...publishTo(layout),
    ...['--key', at('cosign.key'), '--tlog'],
  ];
  const env = { ...LOOPBACK_ONLY, COSIGN_PASSWORD: '' };

  it('is asked once before the log keeps something, and agrees', async () => {
    const answers = [['Do you agree?', 'y']] as const;
    const done = await runOnTerminal(logged('agreed'), { env, answers });
    expect(done.status, done.stdout).toBe(0);
    expect(done.stdout).toContain(SENTENCE);
  });

  it.each([
    ['no', 'n'],
    ['return, which is no', '\r'],
    ['Ctrl-C', CTRL_C],
  ])('does not agree: %s; nothing is pushed, nobody is asked', async (_title, key) => {
    const before = sigstore.requests().length;
    const answers = [['Do you agree?', key]] as const;
    const done = await runOnTerminal(logged('declined'), { env, answers });
    expect(done.status, done.stdout).toBe(130);
    expect(done.stdout).toContain('you did not agree');
    expect(existsSync(at('declined'))).toBe(false);
    expect(sigstore.requests().length).toBe(before);
  });

  it('is not asked with --yes', async () => {
    const done = await runOnTerminal([...logged('yes'), '-y'], { env });
    expect(done.status, done.stdout).toBe(0);
    expect(done.stdout).not.toContain('Do you agree?');
  });

  it('logs in with the browser that is there, and the page is on the terminal', async () => {
    const { path, visits } = await startDesktop();
    const answers = [['Do you agree?', 'y']] as const;
    const args = [...publishTo('browser'), '--oidc-issuer', provider.issuer, '--quiet'];
    const done = await runOnTerminal(args, {
      env: { ...LOOPBACK_ONLY, PATH: path },
      answers,
      columns: 2000,
    });
    expect(done.status, done.stdout).toBe(0);
    expect(done.stdout).toContain(visits[0]?.page);
    expectSilent(done);
  });

  it("logs in at sigstore's own provider where nothing else is said", async () => {
    const args = [...publishTo('public'), '-y', '--retries', '1'];
    const done = await runOnTerminal(args, { env: LOOPBACK_ONLY });
    expect(done.status).toBe(6);
    expect(done.stdout).toContain('GET https://oauth2.sigstore.dev/auth/.well-known/');
  });
});

it('the token of a login is for whom --oidc-client-id says', async () => {
  const { path } = await startDesktop();
  const flags = ['--oidc-issuer', provider.issuer, '--oidc-client-id', 'other'];
  const done = await publish('client', flags, { PATH: path });
  expect(done.status, done.stderr).toBe(0);
  expect(done.stderr).toContain('log in with a browser on this machine');
  expect(done.stderr).toContain(`signing as ${PERSON}, vouched for by ${provider.issuer}`);
  expectSilent(done);
});
