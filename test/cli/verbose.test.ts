import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { auth } from '../registry/credentials-support.ts';
import { kongcrate } from '../support/must-succeed.ts';
import { runKongcrate } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { failure, type Reply } from '../support/test-registry-content.ts';
import { startTestRegistry, type TestRegistry } from '../support/test-registry.ts';

// ATTACKS R16, through the command line.

const PLUGIN = join(import.meta.dirname, '../../testdata/plugins/hello-header');
const PASSWORD = 'S3CRET-password';
const TOKEN = 'S3CRET.access.token';
const QUERY = 'X-Amz-Signature=S3CRET-signature&X-Amz-Credential=S3CRET-id';
const PAIR = auth('alice', PASSWORD).auth;
const WRONG_PAIR = auth('bob', PASSWORD).auth;
const directory = temporaryDirectory();
const key = ['--key', join(directory, 'cosign.key')];
const WITH_TOKEN = ['--registry-token', TOKEN];
const LOGIN = ['-u', 'alice', '--password-stdin', '--verbose'];

beforeAll(async () => {
  await kongcrate(['generate-key-pair', '--output-key-prefix', join(directory, 'cosign')]);
});

/** A registry that wants a token and gives it to alice. */
async function startGuarded(): Promise<TestRegistry> {
  const registry = await startTestRegistry({
    authorize: ({ headers, url }) => {
      if (url.pathname === '/token') return tokenFor(headers.authorization);
      if (headers.authorization === `Bearer ${TOKEN}`) return undefined;
      const challenge = `Bearer realm="${url.origin}/token?account=S3CRET-account",service="s"`;
      return { ...failure(401, 'UNAUTHORIZED'), headers: { 'www-authenticate': challenge } };
    },
  });
  return registry;
}

function tokenFor(authorization: string | undefined): Reply {
  if (authorization !== `Basic ${PAIR}`)
    return failure(401, 'UNAUTHORIZED', `${authorization ?? ''} is wrong: ${WRONG_PAIR}`);
  return { status: 200, headers: {}, body: Buffer.from(JSON.stringify({ token: TOKEN })) };
}

/** Runs a command as alice and gives what it wrote; no secret may be in it. */
async function shownBy(args: readonly string[], status = 0): Promise<readonly string[]> {
  const done = await runKongcrate(args, {
    env: { HOME: directory, COSIGN_PASSWORD: '' },
    input: PASSWORD,
  });
  const shown = `${done.stdout}${done.stderr}`;
  expect(done.status, shown).toBe(status);
  for (const secret of ['S3CRET', PAIR, WRONG_PAIR]) expect(shown).not.toContain(secret);
  return done.stderr.split('\n');
}

const requestsIn = (lines: readonly string[]): readonly string[] =>
  lines.filter((line) => /^(?:GET|HEAD|POST|PUT|PATCH) http/.test(line));

describe('--verbose', () => {
  it('shows one line for each request of a login and of a command, and no secret', async () => {
    const registry = await startGuarded();
    const { host } = registry;
    const login = requestsIn(await shownBy(['login', host, ...LOGIN]));
    expect(login.map((line) => line.replace(/ \d+ ms$/, ''))).toEqual([
      `GET http://${host}/v2/ 401`,
      expect.stringMatching(`^GET http://${host}/token\\?account=\\*\\*\\*&service=\\*\\*\\* 200`),
      `GET http://${host}/v2/ 200 0 bytes`,
    ]);
    const sent = registry.log.length;
    const reference = `${host}/acme/plugin:1.2.0`;
    const lines = requestsIn(await shownBy(['publish', PLUGIN, reference, ...key, '--verbose']));
    expect(lines).toHaveLength(registry.log.length - sent);
    for (const line of lines) expect(line).toMatch(/ [2-4]\d\d( \d+ bytes(?: sent)?)? \d+ ms$/);
    expect(
      lines.some((line) => /^PUT .*_state=\*\*\*&digest=\*\*\* 201 \d+ bytes sent/.test(line)),
    ).toBe(true);
  });

  it('shows each retry with its reason, a signed Location without its signature', async () => {
    const registry = await startGuarded();
    const storage = await startTestRegistry();
    const reference = `${registry.host}/acme/plugin:1.2.0`;
    await shownBy(['publish', PLUGIN, reference, ...key, ...WITH_TOKEN]);
    const soon = { status: 503, headers: { 'retry-after': '0' } };
    registry.next('GET', /manifests\/1\.2\.0/, { instead: soon });
    const location = `http://localhost:${storage.host.split(':')[1] ?? ''}/blob?${QUERY}`;
    registry.next('GET', /blobs/, { instead: { status: 307, headers: { location } } }, Infinity);
    const trust = ['--key', join(directory, 'cosign.pub')];
    const lines = await shownBy(['verify', reference, ...trust, ...WITH_TOKEN, '--verbose'], 12);
    expect(lines).toContain(
      `GET http://${registry.host}/v2/acme/plugin/manifests/1.2.0 again in 0 ms (try 2 of 3): it answered 503`,
    );
    expect(lines.join('\n')).toMatch(/\/blob\?X-Amz-Signature=\*\*\*&X-Amz-Credential=\*\*\* 404/);
  });

  it.each([
    ['user name and password', `https://me:${PASSWORD}@cdn.example/blob`],
    ['a signed query', `ftp://cdn.example/blob?${QUERY}`],
    ['an internal address and a signed query', `http://169.254.169.254/?${QUERY}`],
  ])('shows the refusal of a Location with %s without it', async (_what, location) => {
    const registry = await startGuarded();
    registry.next('GET', /manifests/, { instead: { status: 307, headers: { location } } });
    const args = ['inspect', `${registry.host}/acme/plugin:1`, ...WITH_TOKEN, '--verbose'];
    const lines = await shownBy(args, 4);
    expect(lines.join('\n')).toContain('REDIRECT_REFUSED');
  });

  it('shows a wrong login and a proxy without their passwords', async () => {
    const registry = await startGuarded();
    const wrong = ['login', registry.host, '-u', 'bob', '--password-stdin', '--verbose'];
    expect(requestsIn(await shownBy(wrong, 5))).toHaveLength(2);
    const done = await runKongcrate(
      ['inspect', 'registry.invalid/a/b:1', '--verbose', '--retries', '1'],
      {
        env: { HTTPS_PROXY: `http://me:${PASSWORD}@127.0.0.1:1` },
      },
    );
    expect(done.status, done.stderr).toBe(6);
    expect(done.stderr).not.toContain('S3CRET');
  });

  it('gives way to --quiet and --json', async () => {
    const registry = await startGuarded();
    const reference = `${registry.host}/acme/plugin`;
    for (const flag of ['--quiet', '--json'])
      expect(await shownBy(['inspect', reference, ...WITH_TOKEN, '--verbose', flag])).toEqual(['']);
  });
});
