import { describe, expect, it } from 'vitest';
import { isAccessToken } from '../../src/registry/credentials/credentials.ts';
import { expectError } from '../support/expect-error.ts';
import {
  ALICE,
  authorized,
  CHALLENGE,
  createNetwork,
  createTokenNetwork,
  get,
  OK,
  REALM,
  unauthorized,
} from './auth-support.ts';

const PULL = `${REALM}?service=tests&scope=repository:acme/plugin:pull`;
const LIST = 'https://registry.example/v2/acme/plugin/tags/list';
const BASIC = `Basic ${Buffer.from('alice:hunter2-secret').toString('base64')}`;

describe('authorize', () => {
  it('asks nothing of a registry that is open to all', async () => {
    const network = createNetwork(() => OK);
    await authorized(network, ALICE)(get());
    expect(network.lines()).toEqual([`GET ${LIST} -`]);
  });

  it('leaves alone what has left the registry, even where it came back, and other origins', async () => {
    const network = createTokenNetwork(['good-1']);
    const send = authorized(network, ALICE);
    await send(get());
    const back = { ...get(), mayAuthorize: false };
    expect((await send(back)).status).toBe(401);
    for (const url of ['https://registry.example:444/v2/', 'http://registry.example/v2/'])
      expect((await send({ ...get(), url: new URL(url) })).status).toBe(401);
    expect(network.requests.slice(3).map(({ headers }) => headers)).toEqual([{}, {}, {}]);
  });

  it('learns from the first 401 and sends the token with every later request', async () => {
    const network = createTokenNetwork(['good-1']);
    const send = authorized(network, ALICE);
    expect((await send(get())).status).toBe(200);
    expect((await send(get())).status).toBe(200);
    expect(network.lines()).toEqual([
      `GET ${LIST} -`,
      `GET ${PULL} ${BASIC}`,
      `GET ${LIST} Bearer good-1`,
      `GET ${LIST} Bearer good-1`,
    ]);
  });

  it('asks for pull and push only for what writes, whatever the challenge wants', async () => {
    const network = createTokenNetwork(['good-1', 'good-2']);
    const send = authorized(network, undefined);
    await send(get());
    await send(get('/v2/acme/plugin/manifests/1', 'PUT'));
    const scopes = network.requests
      .map(({ url }) => url.searchParams.get('scope'))
      .filter((scope) => scope !== null);
    expect(scopes).toEqual(['repository:acme/plugin:pull', 'repository:acme/plugin:pull,push']);
  });

  it('shares one token request among requests that run at the same time', async () => {
    const network = createTokenNetwork(['good-1', 'good-2']);
    const send = authorized(network, ALICE);
    await Promise.all([send(get()), send(get()), send(get())]);
    expect(network.lines().filter((line) => line.includes(REALM))).toHaveLength(1);
  });

  it('asks again once when a token is refused, and never twice for one request', async () => {
    const network = createTokenNetwork(['bad', 'good-2']);
    const send = authorized(network, ALICE);
    const error = await expectError(() => send(get()), 'AUTHENTICATION_FAILED');
    expect(error.message).toContain('credentials from the test were sent');
    expect((await send(get())).status).toBe(200);
    expect(network.lines().map((line) => line.replace(/^GET \S+ /, ''))).toEqual([
      ...['-', BASIC, 'Bearer bad'],
      ...['Bearer bad', BASIC, 'Bearer good-2'],
    ]);
  });

  it('renews a token when its time is over', async () => {
    let nowMs = 0;
    const network = createTokenNetwork(['good-1', 'good-2'], { expires_in: 300 });
    const send = authorized(network, ALICE, { now: () => nowMs });
    await send(get());
    nowMs = 200_000;
    await send(get());
    nowMs = 300_000;
    await send(get());
    const tokens = network.lines().filter((line) => line.includes(' Bearer '));
    expect(tokens.map((line) => line.split(' ').at(-1))).toEqual(['good-1', 'good-1', 'good-2']);
  });

  it('gives an identity token to the token server only, in the body of a POST', async () => {
    const network = createTokenNetwork(['good-1']);
    await authorized(network, { kind: 'identity-token', token: 'it', source: 'x' })(get());
    const [, asked] = network.requests;
    expect([asked?.method, asked?.url.href]).toEqual(['POST', REALM]);
    expect(Buffer.from((asked?.body as Uint8Array | undefined) ?? []).toString()).toBe(
      'grant_type=refresh_token&client_id=kongcrate&service=tests&scope=repository%3Aacme%2Fplugin%3Apull&refresh_token=it',
    );
  });

  it('sends an access token as it is, without a token server', async () => {
    const network = createTokenNetwork([]);
    await authorized(network, { kind: 'access-token', token: 'good-0', source: 'x' })(get());
    expect(network.lines()).toEqual([`GET ${LIST} -`, `GET ${LIST} Bearer good-0`]);
  });

  it('says that nothing was sent where there is nothing to send', async () => {
    const network = createNetwork(() => unauthorized('Basic realm="x"'));
    const error = await expectError(
      () => authorized(network, undefined)(get()),
      'AUTHENTICATION_FAILED',
    );
    expect(error.message).toContain('no credentials were sent');
    expect(error.remedy).toContain('kongcrate login registry.example');
    expect(network.lines()).toHaveLength(1);
  });

  it('sends no identity token to a registry that wants a password', async () => {
    const network = createNetwork(() => unauthorized('Basic realm="x"'));
    const send = authorized(network, { kind: 'identity-token', token: 'it', source: 'a file' });
    const error = await expectError(() => send(get()), 'AUTHENTICATION_FAILED');
    expect(error.message).toContain('credentials from a file were not sent');
    expect(network.lines()).toHaveLength(1);
  });

  it('repeats what the registry says, but no secret', async () => {
    const words = `bad password hunter2-secret of ${BASIC}`;
    const network = createNetwork(() => ({
      ...unauthorized('Basic realm="x"'),
      body: JSON.stringify({ errors: [{ code: 'UNAUTHORIZED', message: words }] }),
    }));
    const error = await expectError(
      () => authorized(network, ALICE)(get()),
      'AUTHENTICATION_FAILED',
    );
    expect(error.message).toContain('401: bad password ***');
    expect(error.message).toContain('credentials from the test were sent');
    expect(error.message).not.toMatch(/hunter2|YWxpY2U/);
  });

  it.each([403, 404, 500])('hands on a %i', async (status) => {
    const network = createNetwork(() => ({ status }));
    expect((await authorized(network, ALICE)(get())).status).toBe(status);
  });

  it('hands on a 401 without a challenge, as Harbor answers for an unknown API', async () => {
    const network = createNetwork(() => ({ status: 401 }));
    expect((await authorized(network, ALICE)(get())).status).toBe(401);
    expect(network.lines()).toHaveLength(1);
  });

  it('keeps the first realm when a later challenge names another one', async () => {
    let isFirst = true;
    const network = createNetwork(({ url, headers }) => {
      if (url.pathname === '/token') return { status: 200, body: '{"access_token":"good"}' };
      if (headers['Authorization'] !== undefined) return OK;
      const realm = isFirst ? REALM : 'https://elsewhere.example/token';
      isFirst = false;
      return unauthorized(`Bearer realm="${realm}"`);
    });
    const send = authorized(network, undefined);
    await Promise.all([send(get()), send(get())]);
    expect(network.lines().filter((line) => line.includes('elsewhere'))).toEqual([]);
  });

  it.each(['Negotiate', 'Digest realm="x"', 'Bearer realm="open'])(
    'says so when %s is all a registry offers',
    async (challenge) => {
      const network = createNetwork(() => unauthorized(challenge));
      const send = authorized(network, ALICE);
      const error = await expectError(() => send(get()), 'AUTHENTICATION_FAILED');
      expect(error.message).toContain('offers no way to log in');
    },
  );

  it.each<[number, 'AUTHENTICATION_FAILED' | 'REGISTRY_LIMIT' | 'REGISTRY_ERROR']>([
    [400, 'AUTHENTICATION_FAILED'],
    [401, 'AUTHENTICATION_FAILED'],
    [403, 'AUTHENTICATION_FAILED'],
    [429, 'REGISTRY_LIMIT'],
    [500, 'REGISTRY_ERROR'],
  ])('makes an error of a token server that answers %i', async (status, code) => {
    const network = createNetwork(({ url }) =>
      url.pathname === '/token'
        ? { status, body: JSON.stringify({ details: 'ask\u001b[2J later' }) }
        : unauthorized(CHALLENGE),
    );
    const error = await expectError(() => authorized(network, ALICE)(get()), code);
    expect(error.message).toContain(`registry.example:8443 answered ${status}: ask`);
    expect(error.message).not.toContain('\u001b');
  });

  it('accepts as a token only what cannot break out of a header', () => {
    expect(isAccessToken('eyJ.a-b_c~d+e/f==')).toBe(true);
    for (const text of ['', 'a b', 'a\r\nHost: evil', 'ä', '=', 7])
      expect(isAccessToken(text)).toBe(false);
  });
});
