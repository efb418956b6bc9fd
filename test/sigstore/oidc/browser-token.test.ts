import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { messageOf, type KongcrateError } from '../../../src/errors/kongcrate-error.ts';
import { readIdentityToken } from '../../../src/sigstore/identity-token.ts';
import {
  fetchBrowserToken,
  type BrowserOptions,
} from '../../../src/sigstore/oidc/browser-token.ts';
import { startProxy } from '../../http/start-proxy.ts';
import { startScript, startServer } from '../../http/start-server.ts';
import { expectError } from '../../support/expect-error.ts';
import { PERSON, startOidcProvider, type OidcProvider } from '../../support/oidc/start-provider.ts';
import { visit, type Habits, type Visited } from '../../support/oidc/visit.ts';

describe('a login with a browser on this machine', () => {
  let provider: OidcProvider;
  /** What the browser came to in the end. */
  let visits: Promise<Visited>[] = [];
  const log: string[] = [];
  beforeAll(async () => {
    provider = await startOidcProvider();
  });
  beforeEach(() => {
    provider.behave({});
    visits = [];
  });

  const logIn = (habits: Habits = {}, changes: Partial<BrowserOptions> = {}): Promise<string> =>
    fetchBrowserToken({
      issuer: new URL(provider.issuer),
      clientId: 'sigstore',
      connection: { retries: { tries: 1 }, log: (line) => log.push(line) },
      show: (page) => visits.push(visit(page, habits)),
      waitMs: 20_000,
      ...changes,
    });

  /** The error, in which no token and no code is. */
  async function expectRefused(
    code: KongcrateError['code'],
    login: () => Promise<string>,
  ): Promise<KongcrateError> {
    const error = await expectError(login, code);
    for (let told: unknown = error; told instanceof Error; told = told.cause)
      expect(`${messageOf(told)} ${JSON.stringify(told)}`).not.toMatch(/eyJ/);
    return error;
  }

  /** Changes what the provider sends back to us. */
  const onCallback =
    (change: (query: URLSearchParams) => void): NonNullable<Habits['onRedirect']> =>
    (target) => {
      if (target.pathname === '/auth/callback') change(target.searchParams);
      return target;
    };

  it('gives the token of whoever logged in, and tells the browser so', async () => {
    const token = await logIn();
    expect(readIdentityToken(token)).toMatchObject({ issuer: provider.issuer, subject: PERSON });
    expect(await visits[0]).toMatchObject({
      status: 200,
      text: expect.stringContaining('close') as string,
    });
    expect(log.join('\n')).not.toMatch(/eyJ|code=(?!\*)/);
  });

  it('asks the provider through the proxy that is set', async () => {
    const proxy = await startProxy();
    await logIn({}, { connection: { proxyFor: () => proxy.url } });
    expect(proxy.seen).toEqual([
      `GET ${provider.issuer}/.well-known/openid-configuration`,
      `POST ${provider.issuer}/token`,
    ]);
  });

  it('gives a token for another client', async () => {
    const token = await logIn({}, { clientId: 'other' });
    expect(readIdentityToken(token, { audience: 'other' }).subject).toBe(PERSON);
  });

  it.each([
    ['of another nonce', { nonce: 'x' }, 'nonce'],
    ['of another issuer', { iss: 'https://evil.example' }, 'iss'],
    ['for another client', { aud: 'evil' }, 'aud'],
    ['that has ended', { exp: 1_000_000 }, 'exp'],
  ])('refuses a token %s', async (_title, claims, says) => {
    provider.behave({ claims });
    const error = await expectRefused('SIGNING_SERVICE_ERROR', () => logIn());
    expect(error.message).toContain(says);
  });

  it('refuses the answer of another provider (RFC 9207)', async () => {
    const onRedirect = onCallback((query) => {
      query.set('iss', 'https://evil.example');
    });
    const before = provider.tokens.length;
    await expectRefused('SIGNING_SERVICE_ERROR', () => logIn({ onRedirect }));
    expect(provider.tokens.length).toBe(before);
  });

  it('refuses metadata of another issuer', async () => {
    provider.behave({ metadata: { issuer: 'https://evil.example' } });
    await expectRefused('SIGNING_SERVICE_ERROR', () => logIn());
    expect(visits).toEqual([]);
  });

  it.each([
    ['http://evil.example/auth', 'USAGE'],
    ['file:///etc/passwd', 'SIGNING_SERVICE_ERROR'],
    ['javascript:alert(1)', 'SIGNING_SERVICE_ERROR'],
  ] as const)('opens no page %s', async (page, code) => {
    provider.behave({ metadata: { authorization_endpoint: page } });
    await expectRefused(code, () => logIn());
    expect(visits).toEqual([]);
  });

  it('sends the code nowhere but over TLS, this machine aside', async () => {
    provider.behave({ metadata: { token_endpoint: 'http://evil.example/token' } });
    await expectRefused('USAGE', () => logIn());
  });

  it('hears that the user does not agree', async () => {
    provider.behave({ denies: true });
    const error = await expectRefused('IDENTITY_TOKEN_INVALID', () => logIn());
    expect(error.message).toContain('access_denied');
  });

  it('refuses a code that was not made for this login', async () => {
    const onRedirect = onCallback((query) => {
      query.set('code', 'another');
    });
    const error = await expectRefused('IDENTITY_TOKEN_INVALID', () => logIn({ onRedirect }));
    expect(error.message).toContain('invalid_grant');
  });

  it('waits on after an answer of another state', async () => {
    const onRedirect = onCallback((query) => {
      query.set('state', 'another');
    });
    const command = new AbortController();
    const show = async (page: URL): Promise<void> => {
      const end = await visit(page, { onRedirect });
      command.abort(new Error(`the browser got ${end.status}`));
    };
    const changes = { show: (page: URL) => void show(page), signal: command.signal };
    await expect(logIn({}, changes)).rejects.toThrow('the browser got 400');
  });

  it('does not wait for ever', async () => {
    const login = (): Promise<string> => logIn({}, { show: () => undefined, waitMs: 50 });
    const error = await expectRefused('TIMED_OUT', login);
    expect(error.message).toBe('nobody logged in within 0.05 s');
  });

  it('ends with the command', async () => {
    const command = new AbortController();
    const show = (): void => {
      command.abort();
    };
    await expect(logIn({}, { show, signal: command.signal })).rejects.toThrow('aborted');
  });

  it('says so when the provider is away, late, or none', async () => {
    const away = { issuer: new URL('http://127.0.0.1:9') };
    await expectRefused('NETWORK_FAILED', () => logIn({}, away));
    const late = { issuer: await startScript(() => undefined) };
    const timeouts = { headersMs: 50 };
    await expectRefused('TIMED_OUT', () => logIn({}, { ...late, connection: { timeouts } }));
    const none = await startServer((_request, response) => response.writeHead(404).end('no'));
    const error = await expectRefused('SIGNING_SERVICE_ERROR', () => logIn({}, { issuer: none }));
    expect(error.message).toContain('it answered 404');
  });

  it('follows no redirect', async () => {
    const elsewhere = await startServer((_request, response) => {
      response.writeHead(302, { location: `${provider.issuer}/.well-known/openid-configuration` });
      response.end();
    });
    const login = (): Promise<string> => logIn({}, { issuer: elsewhere });
    expect((await expectRefused('SIGNING_SERVICE_ERROR', login)).message).toContain('302');
  });

  it('asks no issuer over an open line', async () => {
    await expectRefused('USAGE', () => logIn({}, { issuer: new URL('http://id.example') }));
  });
});
