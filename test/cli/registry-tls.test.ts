import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { startProxy } from '../http/start-proxy.ts';
import { TestAuthority } from '../http/test-authority.ts';
import { startDockerRegistry } from '../support/docker-registry.ts';
import { kongcrate } from '../support/must-succeed.ts';
import { describeWithPeers } from '../support/peers.ts';
import { runKongcrate } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import {
  startTokenServer,
  TOKEN_PASSWORD,
  TOKEN_USER,
  type TokenServer,
} from '../support/token-server.ts';

const PLUGIN = join(import.meta.dirname, '../../testdata/plugins/hello-header');
const directory = temporaryDirectory();
const at = (name: string): string => join(directory, name);
const key = ['--key', at('cosign.key')];
const trust = ['--key', at('cosign.pub')];
const authority = new TestAuthority();
const server = authority.issue('server', 'DNS:registry.test,DNS:auth.test');
const CA = ['--ca-file', at('ca.crt')];

beforeAll(async () => {
  const client = authority.issue('client', 'DNS:client.test');
  const stranger = new TestAuthority();
  writeFileSync(at('ca.crt'), authority.certificate);
  writeFileSync(at('other-ca.crt'), stranger.certificate);
  writeFileSync(at('client.crt'), client.cert);
  writeFileSync(at('client.key'), client.key);
  const other = stranger.issue('stranger', 'DNS:client.test');
  writeFileSync(at('stranger.crt'), other.cert);
  writeFileSync(at('stranger.key'), other.key);
  await kongcrate(['generate-key-pair', '--output-key-prefix', at('cosign')]);
});

interface Called {
  readonly home?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** Hosts that no name server knows, reached through a proxy, as most registries are not loopback. */
function callerThrough(proxy: URL) {
  return async (args: readonly string[], { home = 'home', env, input = '' }: Called = {}) => {
    const all = { HOME: at(home), HTTPS_PROXY: proxy.href, COSIGN_PASSWORD: '', ...env };
    const done = await runKongcrate(args, { env: all, input });
    return { status: done.status, shown: `${done.stdout}${done.stderr}` };
  };
}

type Call = ReturnType<typeof callerThrough>;

async function registryAt(
  name: string,
  options: Parameters<typeof startDockerRegistry>[0],
  others: Readonly<Record<string, string>> = {},
): Promise<Call> {
  const { host } = await startDockerRegistry(options);
  const proxy = await startProxy(undefined, { [`${name}:443`]: host, ...others });
  return callerThrough(proxy.url);
}

const reference = 'registry.test/acme/hello-header:1.2.0';
const inspect = ['inspect', reference];

describeWithPeers(
  ['docker-registry'],
  'a registry whose certificate is of a private authority',
  () => {
    let call: Call;
    beforeAll(async () => {
      call = await registryAt('registry.test', { tls: server });
      expect(await call(['publish', PLUGIN, reference, ...key, ...CA])).toMatchObject({
        status: 0,
      });
    });

    it.each([
      ['--ca-file', CA, {}],
      ['SSL_CERT_FILE', [], { SSL_CERT_FILE: at('ca.crt') }],
      ['NODE_EXTRA_CA_CERTS', [], { NODE_EXTRA_CA_CERTS: at('ca.crt') }],
      ['both, of which one is another', CA, { SSL_CERT_FILE: at('other-ca.crt') }],
      ['--insecure', ['--insecure'], {}],
    ])('is verified with %s', async (_what, flags, env) => {
      const { status, shown } = await call(['verify', reference, ...trust, ...flags], { env });
      expect(status, shown).toBe(0);
      expect(shown).toMatch(/^trusted/);
    });

    it.each([
      ['no authority', []],
      ['another authority', ['--ca-file', at('other-ca.crt')]],
    ])('is refused with %s: exit 6, and what to do', async (_what, flags) => {
      const { status, shown } = await call(['verify', reference, ...trust, ...flags]);
      expect(status, shown).toBe(6);
      expect(shown).toContain('GET https://registry.test/v2/');
      expect(shown).toContain('--ca-file');
    });

    it('is exit 2 with a certificate file that is not there', async () => {
      const { status, shown } = await call([...inspect, '--ca-file', at('missing.crt')]);
      expect(status, shown).toBe(2);
      expect(shown).toContain('missing.crt');
    });
  },
);

describeWithPeers(['docker-registry'], 'a registry that wants a client certificate', () => {
  let call: Call;
  beforeAll(async () => {
    const tls = { ...server, clientAuthority: authority.certificate };
    call = await registryAt('registry.test', { tls });
  });
  const shows = (name: string): readonly string[] => [
    ...['--cert-file', at(`${name}.crt`)],
    ...['--key-file', at(`${name}.key`)],
  ];

  it('works with one', async () => {
    const args = ['publish', PLUGIN, reference, ...key, ...CA, ...shows('client')];
    const { status, shown } = await call(args);
    expect(status, shown).toBe(0);
  });

  it.each([
    ['none', []],
    ['a foreign one', shows('stranger')],
  ])('says so to who has %s: exit 6', async (_what, flags) => {
    const { status, shown } = await call([...inspect, ...CA, ...flags]);
    expect(status, shown).toBe(6);
    expect(shown).toContain('--cert-file and --key-file');
  });
});

describeWithPeers(['docker-registry'], 'a registry with its token server on another origin', () => {
  let call: Call;
  let tokens: TokenServer;
  beforeAll(async () => {
    tokens = await startTokenServer(server);
    const auth = tokens.withRealm('https://auth.test/token');
    const { host } = new URL(tokens.realm);
    call = await registryAt('registry.test', { tls: server, auth }, { 'auth.test:443': host });
  });
  const password = { input: TOKEN_PASSWORD };
  const login = ['login', 'registry.test', '-u', TOKEN_USER, '--password-stdin', ...CA];
  const consent = ['--trust-auth-host', 'auth.test'];

  it('gets no login there without consent, stored or given; with it the login is remembered', async () => {
    const given = ['--registry-username', TOKEN_USER, '--password-stdin', ...CA];
    for (const args of [login, [...inspect, ...given]]) {
      const refused = await call(args, password);
      expect(refused.status, refused.shown).toBe(5);
      expect(refused.shown).toContain('--trust-auth-host auth.test');
    }
    expect(tokens.seen).toEqual([]);
    const publish = ['publish', PLUGIN, reference, ...key];
    const named = await call([...publish, ...given, ...consent], { ...password, home: 'given' });
    expect(named.status, named.shown).toBe(0);
    expect((await call([...login, ...consent], password)).status).toBe(0);
    expect((await call([...inspect, ...CA])).status).toBe(0);
    expect(tokens.seen.every(({ user }) => user === TOKEN_USER)).toBe(true);
  });

  it('is asked anonymously by who has no login: what is not public is exit 5', async () => {
    const before = tokens.seen.length;
    const { status, shown } = await call([...inspect, ...CA], { home: 'nobody' });
    expect(status, shown).toBe(5);
    expect(shown).toContain('kongcrate login registry.test');
    expect(tokens.seen.slice(before).map(({ user }) => user)).toContain(undefined);
  });
});
