import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import {
  openCallbackServer,
  type CallbackServer,
} from '../../../src/sigstore/oidc/callback-server.ts';

const STATE = 'only-the-browser-knows';
const open: CallbackServer[] = [];

afterEach(() => {
  for (const callback of open.splice(0)) callback.close();
});

async function start(signal = new AbortController().signal): Promise<CallbackServer> {
  const callback = await openCallbackServer(STATE, signal);
  open.push(callback);
  return callback;
}

/** The status of one request, with whatever Host header. */
function ask(
  { redirectUri }: CallbackServer,
  path: string,
  options: { readonly host?: string; readonly method?: string } = {},
): Promise<number | undefined> {
  const { port } = new URL(redirectUri);
  const { host = `localhost:${port}`, method = 'GET' } = options;
  return new Promise((resolve, reject) => {
    const target = { host: '127.0.0.1', port, path, method, headers: { host } };
    request(target, (response) => {
      resolve(response.resume().statusCode);
    })
      .on('error', reject)
      .end();
  });
}

const ANSWER = `/auth/callback?state=${STATE}&code=c`;

describe('the place on loopback where a login ends', () => {
  it('takes the answer to its question, once', async () => {
    const callback = await start();
    expect(callback.redirectUri).toMatch(/^http:\/\/localhost:\d+\/auth\/callback$/);
    expect(await ask(callback, ANSWER)).toBe(200);
    expect(await ask(callback, `${ANSWER}2`)).toBe(400);
    expect((await callback.answer).searchParams.get('code')).toBe('c');
  });

  it.each([
    ['of another state', '/auth/callback?state=other&code=c', {}],
    ['without a state', '/auth/callback?code=c', {}],
    ['at another path', `/?state=${STATE}&code=c`, {}],
    ['that is sent as a form', ANSWER, { method: 'POST' }],
    ['for another host: DNS rebinding', ANSWER, { host: 'evil.example' }],
    ['for another port', ANSWER, { host: 'localhost:1' }],
    ['with a whole address of another host', `http://evil.example${ANSWER}`, {}],
    ['with no address', '//', {}],
  ])('refuses one %s, and waits on', async (_title, path, options) => {
    const callback = await start();
    expect(await ask(callback, path, options)).toBe(400);
    expect(await ask(callback, ANSWER)).toBe(200);
    expect((await callback.answer).searchParams.get('code')).toBe('c');
  });

  it('gives up with a signal that came before', async () => {
    const callback = await start(AbortSignal.abort(new Error('over')));
    await expect(callback.answer).rejects.toThrow('over');
  });

  it('gives up with the signal', async () => {
    const command = new AbortController();
    const callback = await start(command.signal);
    command.abort(new Error('over'));
    await expect(callback.answer).rejects.toThrow('over');
  });
});
