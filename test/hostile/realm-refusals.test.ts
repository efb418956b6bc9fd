import { describe, expect, it } from 'vitest';
import {
  ALICE,
  authorized,
  createNetwork,
  get,
  OK,
  token,
  unauthorized,
  type Network,
} from '../registry/auth-support.ts';
import { checkRealm, mayReceiveCredentials } from '../../src/registry/auth/check-realm.ts';
import { expectError } from '../support/expect-error.ts';

// ATTACKS R9: oras-go CVE-2026-48978 (GHSA-xf85-363p-868w), go-containerregistry validateRealmURL.

/** A registry that names a realm, and a token server that gives a token wherever it is asked. */
function networkWith(challenge: string, redirect?: string): Network {
  return createNetwork(({ url, headers }) => {
    if (url.pathname === '/moved') return token('good');
    if (url.pathname === '/token')
      return redirect === undefined
        ? token('good')
        : { status: 307, headers: { location: redirect } };
    return headers['Authorization'] === undefined ? unauthorized(challenge) : OK;
  });
}

describe('a realm that no registry may name', () => {
  it.each([
    ['http://registry.example/token', 'DOWNGRADE'],
    ['http://auth.example/token', 'DOWNGRADE'],
    ['/token', 'RELATIVE'],
    ['//auth.example/token', 'RELATIVE'],
    ['token', 'RELATIVE'],
    ['', 'RELATIVE'],
    ['https://', 'RELATIVE'],
    ['file:///etc/passwd', 'SCHEME'],
    ['unix:/run/docker.sock', 'SCHEME'],
    ['https://alice:secret@registry.example/token', 'USERINFO'],
    ['https://registry.example@evil.example/token', 'USERINFO'],
    ['https://169.254.169.254/token', 'ADDRESS'],
    ['https://[fe80::1]/token', 'ADDRESS'],
    ['https://[fd00:ec2::254]/token', 'ADDRESS'],
    ['https://[::ffff:169.254.169.254]/token', 'ADDRESS'],
    ['https://[64:ff9b::a9fe:a9fe]/token', 'ADDRESS'],
    ['https://2852039166/token', 'ADDRESS'],
    ['https://0xa9fea9fe/token', 'ADDRESS'],
    ['https://100.100.100.200/token', 'ADDRESS'],
    ['https://168.63.129.16/token', 'ADDRESS'],
    ['https://0.0.0.0/token', 'ADDRESS'],
    ['https://[::]/token', 'ADDRESS'],
    ['https://127.0.0.1/token', 'ADDRESS'],
    ['https://[::1]/token', 'ADDRESS'],
    ['https://localhost/token', 'ADDRESS'],
  ])('%s is refused: %s, with and without credentials', async (realm, reason) => {
    const network = networkWith(`Bearer realm="${realm}"`);
    for (const credentials of [ALICE, undefined]) {
      const send = authorized(network, credentials);
      const error = await expectError(() => send(get()), 'REALM_REFUSED');
      expect(error.details['reason']).toBe(reason);
      expect(error.exitCode).toBe(5);
      expect(error.message).not.toContain('secret');
    }
    expect(network.requests.map(({ url }) => url.host)).toEqual([
      'registry.example',
      'registry.example',
    ]);
  });

  it('may be http or loopback where the registry itself is', () => {
    const local = new URL('http://127.0.0.1:5000/');
    expect(checkRealm('http://127.0.0.1:5001/token#x', local).href).toBe(
      'http://127.0.0.1:5001/token',
    );
  });

  it('of several challenges the Bearer one decides, wherever it stands', async () => {
    const network = networkWith('Basic realm="x", Bearer realm="https://169.254.169.254/"');
    await expectError(() => authorized(network, ALICE)(get()), 'REALM_REFUSED');
    expect(network.requests).toHaveLength(1);
  });
});

describe('a realm on another host', () => {
  const FOREIGN = 'Bearer realm="https://auth.other.example:8443/token"';

  it('gets an anonymous request', async () => {
    const network = networkWith(FOREIGN);
    expect((await authorized(network, undefined)(get())).status).toBe(200);
  });

  it('gets no credentials, and the error names the flag that would allow it', async () => {
    const network = networkWith(FOREIGN);
    const error = await expectError(() => authorized(network, ALICE)(get()), 'REALM_REFUSED');
    expect(error.remedy).toContain('--trust-auth-host auth.other.example:8443');
    expect(error.details['reason']).toBe('FOREIGN');
    expect(network.requests).toHaveLength(1);
  });

  it.each(['auth.other.example:8443', 'AUTH.other.example:8443'])(
    'gets them when %s is paired with the registry',
    async (host) => {
      const network = networkWith(FOREIGN);
      await authorized(network, ALICE, { trustedAuthHosts: [host] })(get());
      expect(network.lines()[1]).toContain(' Basic ');
    },
  );

  it.each([
    'auth.other.example',
    'other.example:8443',
    'auth.other.example:8443.evil',
    'xauth.other.example:8443',
    'https://auth.other.example:8443',
    '*',
    '',
  ])('is not meant by the pair %j', async (host) => {
    const network = networkWith(FOREIGN);
    const send = authorized(network, ALICE, { trustedAuthHosts: [host] });
    await expectError(() => send(get()), 'REALM_REFUSED');
  });

  it.each<[registry: string, realm: string, allowed: boolean]>([
    ['https://registry.example/', 'https://registry.example/token', true],
    ['https://registry.example:5000/', 'https://registry.example:5001/token', true],
    ['https://registry-1.docker.io/', 'https://auth.docker.io/token', true],
    ['https://registry.gitlab.com/', 'https://gitlab.com/jwt/auth', true],
    ['https://nvcr.io/', 'https://authn.nvidia.com/token', true],
    ['https://registry.digitalocean.com/', 'https://api.digitalocean.com/v2/registry/auth', true],
    ['https://registry.example/', 'https://auth.docker.io/token', false],
    ['https://registry-1.docker.io/', 'https://auth.docker.io:8443/token', false],
    ['https://registry-1.docker.io:8443/', 'https://auth.docker.io/token', false],
    ['https://registry-1.docker.io/', 'https://auth.docker.io.evil.example/token', false],
    ['https://registry-1.docker.io.evil.example/', 'https://auth.docker.io/token', false],
    ['https://registry.gitlab.com/', 'https://auth.docker.io/token', false],
    ['https://registry.example/', 'https://auth.registry.example/token', false],
    ['https://registry.example/', 'https://registry.example.evil/token', false],
  ])('credentials of %s may go to %s: %s', (registry, realm, allowed) => {
    expect(mayReceiveCredentials(new URL(realm), new URL(registry), [])).toBe(allowed);
  });
});

describe('a token server that redirects', () => {
  const CHALLENGE = 'Bearer realm="https://registry.example/token"';

  it('takes the credentials along on its own origin only', async () => {
    const same = networkWith(CHALLENGE, '/moved');
    await authorized(same, ALICE)(get());
    expect(same.lines()[2]).toContain('/moved Basic ');
    const other = networkWith(CHALLENGE, 'https://registry.example:444/moved');
    await authorized(other, ALICE)(get());
    expect(other.lines()[2]).toBe('GET https://registry.example:444/moved -');
  });

  it.each([
    'http://registry.example/moved',
    'https://169.254.169.254/moved',
    'https://localhost/moved',
    'ftp://registry.example/moved',
  ])('to %s is refused', async (target) => {
    const network = networkWith(CHALLENGE, target);
    await expectError(() => authorized(network, ALICE)(get()), 'REDIRECT_REFUSED');
    expect(network.requests).toHaveLength(2);
  });

  it('never takes an identity token along: a POST is not redirected', async () => {
    const network = networkWith(CHALLENGE, '/moved');
    const send = authorized(network, { kind: 'identity-token', token: 'it', source: 'x' });
    await expectError(() => send(get()), 'REGISTRY_ERROR');
    expect(network.requests).toHaveLength(2);
  });
});

// ATTACKS R13: go-containerregistry maxTokenBodySize.
describe('the answer of a token server', () => {
  const CHALLENGE = 'Bearer realm="https://registry.example/token"';
  const answering = (body: string, status = 200): Network =>
    createNetwork(({ url }) =>
      url.pathname === '/token' ? { status, body } : unauthorized(CHALLENGE),
    );

  it('is read up to 64 KiB', async () => {
    const network = answering(JSON.stringify({ token: 'good', x: 'x'.repeat(65_536) }));
    await expectError(() => authorized(network, ALICE)(get()), 'REGISTRY_ERROR');
    const refusing = answering('x'.repeat(65_537), 403);
    await expectError(() => authorized(refusing, ALICE)(get()), 'AUTHENTICATION_FAILED');
  });

  it.each([
    '',
    'null',
    '[]',
    '"token"',
    '{}',
    '{"token":7}',
    '{"token":""}',
    '{"token":"a b"}',
    '{"token":"a\\r\\nX-Injected: 1"}',
    '{"token":{"token":"x"}}',
    '<html>secret-page</html>',
  ])('must hold a token: %s', async (body) => {
    const error = await expectError(
      () => authorized(answering(body), ALICE)(get()),
      'AUTHENTICATION_FAILED',
    );
    expect(error.message).toContain('without a usable token');
    expect(error.message).not.toMatch(/secret-page|Injected/);
  });
});
