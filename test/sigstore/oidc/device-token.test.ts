import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readIdentityToken } from '../../../src/sigstore/identity-token.ts';
import {
  fetchDeviceToken,
  type DeviceLogin,
  type DeviceOptions,
} from '../../../src/sigstore/oidc/device-token.ts';
import { jsonReply, startHttpService } from '../../support/local-sigstore/http-service.ts';
import { expectError } from '../../support/expect-error.ts';
import { PERSON, startOidcProvider, type OidcProvider } from '../../support/oidc/start-provider.ts';
import { visit, type Habits } from '../../support/oidc/visit.ts';

describe('a login on any device', () => {
  let provider: OidcProvider;
  beforeAll(async () => {
    provider = await startOidcProvider();
  });
  beforeEach(() => {
    provider.behave({});
  });

  const logIn = (changes: Partial<DeviceOptions>): Promise<string> =>
    fetchDeviceToken({
      issuer: new URL(provider.issuer),
      clientId: 'sigstore',
      connection: { retries: { tries: 1 } },
      show: ({ page }) => void visit(page),
      waitMs: 20_000,
      ...changes,
    });
  const visitWith =
    (habits: Habits) =>
    ({ page }: DeviceLogin): void =>
      void visit(page, habits);

  it('gives the token of whoever logged in', async () => {
    const shown: DeviceLogin[] = [];
    const show = (login: DeviceLogin): void => {
      shown.push(login);
      void visit(login.page);
    };
    const token = await logIn({ show });
    expect(readIdentityToken(token)).toMatchObject({ issuer: provider.issuer, subject: PERSON });
    expect(shown).toEqual([
      {
        page: expect.stringContaining(`${provider.issuer}/device?user_code=`) as string,
        code: expect.stringMatching(/^\w{4}-\w{4}$/) as string,
      },
    ]);
  });

  it('hears that the user does not agree', async () => {
    const show = visitWith({ button: 'abort' });
    const error = await expectError(() => logIn({ show }), 'IDENTITY_TOKEN_INVALID');
    expect(error.message).toContain('access_denied');
  });

  it('hears that the code is over', async () => {
    provider.behave({ deviceCodeLifetimeS: 1 });
    const error = await expectError(
      () => logIn({ show: () => undefined }),
      'IDENTITY_TOKEN_INVALID',
    );
    expect(error.message).toContain('expired_token');
  });

  it.each([
    ['another issuer', { iss: 'https://evil.example' }],
    ['another client', { aud: 'evil' }],
    ['a time that is over', { exp: 1_000_000 }],
  ])('refuses a token of %s', async (_title, claims) => {
    provider.behave({ claims });
    await expectError(() => logIn({}), 'SIGNING_SERVICE_ERROR');
  });

  it('does not wait for ever', async () => {
    await expectError(() => logIn({ show: () => undefined, waitMs: 200 }), 'TIMED_OUT');
  });

  it('ends with the command', async () => {
    const command = new AbortController();
    const show = (): void => {
      command.abort();
    };
    await expect(logIn({ show, signal: command.signal })).rejects.toThrow('aborted');
  });

  /** A provider that gives a code at once, and says no to whoever asks for the token. */
  async function startScripted(answers: readonly string[]): Promise<{
    readonly issuer: URL;
    readonly askedAtMs: readonly number[];
  }> {
    const left = [...answers];
    const askedAtMs: number[] = [];
    const service = await startHttpService(({ path, headers }) => {
      const issuer = `http://${headers.host ?? ''}`;
      if (path === '/token') {
        askedAtMs.push(performance.now());
        return jsonReply(400, { error: left.shift() ?? 'access_denied' });
      }
      return jsonReply(200, {
        ...{ issuer, token_endpoint: `${issuer}/token` },
        device_authorization_endpoint: `${issuer}/device`,
        ...{ device_code: 'd', user_code: 'A\u001b[2J\nB', verification_uri: issuer },
        ...{ expires_in: 60, interval: 0.01 },
      });
    });
    return { issuer: new URL(service.url), askedAtMs };
  }

  it('asks less often when it is told to slow down (RFC 8628, 3.5)', async () => {
    const { issuer, askedAtMs } = await startScripted(['authorization_pending', 'slow_down']);
    const shown: DeviceLogin[] = [];
    const show = (login: DeviceLogin): void => void shown.push(login);
    await expectError(() => logIn({ issuer, show }), 'IDENTITY_TOKEN_INVALID');
    const [, second = 0, third = 0, ...more] = askedAtMs;
    expect(more).toEqual([]);
    expect(third - second).toBeGreaterThan(4900);
    expect(shown[0]?.code).toBe('A[2J B');
  });
});
